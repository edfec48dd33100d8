//! The bits of a product against its definition, on every instruction set, and what threads may not change.

use super::*;
use crate::InstructionSet;
use crate::dispatch::SquareKernel;
use crate::samples::{bits, plain};
use crate::share::WORTH_A_THREAD;
use crate::vector::{Portable, SIDE, SquareUnit, Squares, pair};

/// How a (rows, columns) matrix lies in its slice.
#[derive(Clone, Copy, Debug)]
enum Layout {
    Rows,
    Columns,
    Apart,
    Gaps,
}

const LAYOUTS: [Layout; 4] = [Layout::Rows, Layout::Columns, Layout::Apart, Layout::Gaps];

impl Layout {
    fn strides(self, rows: usize, columns: usize) -> (usize, usize) {
        match self {
            Self::Rows => (columns, 1),
            Self::Columns => (1, rows),
            Self::Apart => (columns + 5, 1),
            Self::Gaps => (2 * columns + 3, 2),
        }
    }

    fn length(self, rows: usize, columns: usize) -> usize {
        let (row_stride, column_stride) = self.strides(rows, columns);
        if rows == 0 || columns == 0 {
            0
        } else {
            (rows - 1) * row_stride + (columns - 1) * column_stride + 1
        }
    }
}

/// The definition: blocks of ascending k, each a chain that begins at 0; what is there comes first, the bias last.
fn by_definition<R: Real>(
    fused: bool,
    terms: impl ExactSizeIterator<Item = (R, R)> + Clone,
    there: Option<R>,
    bias: Option<R>,
) -> R {
    let chain = |sum: R, (x, y): (R, R)| if fused { x.mul_add(y, sum) } else { x * y + sum };
    let n_blocks = terms.len().div_ceil(DEPTH).max(1);
    let blocks =
        (0..n_blocks).map(|block| terms.clone().skip(block * DEPTH).take(DEPTH).fold(R::ZERO, chain));
    let sum = there.into_iter().chain(blocks).reduce(|sum, block| sum + block).unwrap_or(R::ZERO);
    bias.map_or(sum, |bias| sum + bias)
}

/// A random product on every instruction set against its definition, bit by bit, with B packed and with as much of it read where it
/// lies as can be. C lies in rows with gaps between them, which must stay as they are.
fn check<R: Real>((m, k, n): (usize, usize, usize), [la, lb]: [Layout; 2], onto: Onto, with_biases: bool) {
    let (a, b) = (plain::<R>(la.length(m, k), 1), plain::<R>(lb.length(k, n), 2));
    let (gap, biases) = (3, plain::<R>(n, 4));
    let biases = with_biases.then_some(&biases[..]);
    let before = plain::<R>(m * (n + gap), 3);
    let a = MatrixView::with_strides(&a, (m, k), la.strides(m, k));
    let b = MatrixView::with_strides(&b, (k, n), lb.strides(k, n));
    for set in InstructionSet::available() {
        let fused = set != InstructionSet::Baseline || cfg!(target_arch = "aarch64");
        let mut expected = before.clone();
        for (i, j) in (0..m).flat_map(|i| (0..n).map(move |j| (i, j))) {
            let c = &mut expected[i * (n + gap) + j];
            let there = (onto == Onto::Sum).then_some(*c);
            let terms = (0..k).map(|l| (a.get(i, l), b.get(l, j)));
            *c = by_definition(fused, terms, there, biases.map(|biases| biases[j]));
        }
        let (mut packed, mut rest) = (Panels::default(), Panels::default());
        packed.pack_for(set, b);
        rest.pack_rest_for(set, b);
        for (how, b) in [("packed", Right::from(&packed)), ("in place", Right::new(b, &rest))] {
            let mut found = before.clone();
            let c = MatrixViewMut::with_strides(&mut found, (m, n), (n + gap, 1));
            product_with(c, a, b, onto, biases);
            assert!(
                bits(&found) == bits(&expected),
                "{m}×{k}×{n} {la:?} {lb:?} {onto:?}: other bits on {}, B {how}",
                set.name()
            );
        }
    }
}

/// From which column on a B is packed, by its columns and strides in f32 and the width of a panel.
#[test]
fn columns_that_fill_panels_are_read_where_they_lie() {
    fn check((columns, row_stride, column_stride): (usize, usize, usize), expected: fn(usize) -> usize) {
        let numbers = plain::<f32>(3 * row_stride + columns * column_stride, 1);
        let b = MatrixView::with_strides(&numbers, (4, columns), (row_stride, column_stride));
        let mut panels = Panels::default();
        for set in InstructionSet::available() {
            panels.pack_rest_for(set, b);
            let width = set.lanes::<f32>() * crate::vector::PANEL_REGISTERS;
            assert_eq!(panels.first(), expected(width), "{columns} columns on {}", set.name());
            assert_eq!((panels.rows(), panels.columns()), (4, columns));
        }
    }
    check((3, 3, 1), |_| 0);
    check((64, 64, 1), |_| 64);
    check((100, 100, 1), |width| 100 / width * width);
    check((100, 511, 1), |width| 100 / width * width);
    check((100, 512, 1), |_| 0);
    check((64, 1, 4), |_| 0);
    check((64, 128, 2), |_| 0);
    let all = |operands| Panels::<f32>::rest(operands, 64);
    assert_eq!((all(Operands::Same), all(Operands::Bf16)), (0, 64));
}

/// A product without packing on every instruction set against the definition, bit by bit, with a bias for each column.
fn check_unpacked<R: Real>((m, k, n): (usize, usize, usize), la: Layout, with_biases: bool) {
    let whole = padded::<R>(n);
    let (a, b) = (plain::<R>(la.length(m, k), 1), plain::<R>(k * whole, 2));
    let (gap, biases) = (3, plain::<R>(whole, 4));
    let biases = with_biases.then_some(&biases[..]);
    let before = plain::<R>(m * (n + gap), 3);
    let a = MatrixView::with_strides(&a, (m, k), la.strides(m, k));
    let b = MatrixView::from_slice(&b, k, whole);
    for set in InstructionSet::available() {
        let fused = set != InstructionSet::Baseline || cfg!(target_arch = "aarch64");
        let mut expected = before.clone();
        for (i, j) in (0..m).flat_map(|i| (0..n).map(move |j| (i, j))) {
            let terms = (0..k).map(|l| (a.get(i, l), b.get(l, j)));
            expected[i * (n + gap) + j] = by_definition(fused, terms, None, biases.map(|biases| biases[j]));
        }
        // In one call, and in two: what is in C then begins the second part of the chain.
        for at in [0, k / 3] {
            let mut found = before.clone();
            let mut multiply = |a, b, chain, biases| {
                let c = MatrixViewMut::with_strides(&mut found, (m, n), (n + gap, 1));
                unpacked::product_unpacked_on(set, c, a, b, chain, biases);
            };
            let (a_before, a_after) = a.transposed().split_rows(at);
            let (b_before, b_after) = b.split_rows(at);
            multiply(a_before.transposed(), b_before, Chain::Begins, None);
            multiply(a_after.transposed(), b_after, Chain::GoesOn, biases);
            assert!(
                bits(&found) == bits(&expected),
                "{m}×{k}×{n} {la:?} from {at}: other bits on {}",
                set.name()
            );
        }
    }
}

#[test]
fn a_product_without_packing_has_the_same_bits() {
    let sizes: &[usize] = if cfg!(miri) { &[0, 1, 5] } else { &[0, 1, 2, 5, 8, 13, 19, 33] };
    for (&m, &k) in sizes.iter().flat_map(|m| sizes.iter().map(move |k| (m, k))) {
        for &n in sizes {
            for la in LAYOUTS {
                check_unpacked::<f32>((m, k, n), la, n % 2 == 0);
                check_unpacked::<f64>((m, k, n), la, n % 2 == 1);
            }
        }
    }
    check_unpacked::<f32>((3, DEPTH, 20), Layout::Columns, true);
    // Rows as far apart as one register and two, of every instruction set.
    let (m, n) = if cfg!(miri) { (3, 2) } else { (33, 20) };
    for k in [2, 4, 8, 16, 32] {
        check_unpacked::<f32>((m, k, n), Layout::Rows, true);
        check_unpacked::<f64>((m, k, n), Layout::Rows, true);
    }
}

/// The nearest bf16, by its definition: of the numbers with 8 bits of precision around x the nearer one, of two equally near
/// ones the one that is a multiple of two units.
fn nearest_bf16(x: f32) -> f32 {
    if x == 0.0 {
        return x;
    }
    let unit = f64::powi(2.0, f64::from(x.abs()).log2().floor() as i32 - 7);
    ((f64::from(x) / unit).round_ties_even() * unit) as f32
}

/// An element of C from its terms, what is there and its bias.
type Definition = dyn Fn(&[(f32, f32)], Option<f32>, Option<f32>) -> f32;

/// The definition of a chain of pairs: of each pair of k the second product first.
fn by_pairs(fused: bool, terms: &[(f32, f32)], there: Option<f32>, bias: Option<f32>) -> f32 {
    let k = terms.len();
    let second_first = |l: usize| if l.is_multiple_of(2) && l + 1 < k { l + 1 } else { l - l % 2 };
    by_definition(fused, (0..k).map(|l| terms[second_first(l)]), there, bias)
}

/// The definition of squares: to what is there, or 0, each strip of 32 k adds its even chain plus its odd one; the bias last.
fn by_strips(terms: &[(f32, f32)], there: Option<f32>, bias: Option<f32>) -> f32 {
    let chain = |strip: &[(f32, f32)], first| {
        strip.iter().skip(first).step_by(2).fold(0.0, |sum, (x, y): &(f32, f32)| x.mul_add(*y, sum))
    };
    let strips = terms.chunks(32).map(|strip| chain(strip, 0) + chain(strip, 1));
    let sum = strips.fold(there.unwrap_or(0.0), |sum, strip| sum + strip);
    bias.map_or(sum, |bias| sum + bias)
}

/// A product of bf16 by every instruction set, and by squares as their definition computes them, against the definitions. C lies
/// in rows with gaps between them, which must stay as they are.
fn check_bf16((m, k, n): (usize, usize, usize), [la, lb]: [Layout; 2], onto: Onto, with_biases: bool) {
    let (a, b) = (plain::<f32>(la.length(m, k), 1), plain::<f32>(lb.length(k, n), 2));
    let (gap, biases) = (3, plain::<f32>(n, 4));
    let biases = with_biases.then_some(&biases[..]);
    let before = plain::<f32>(m * (n + gap), 3);
    let a = MatrixView::with_strides(&a, (m, k), la.strides(m, k));
    let b = MatrixView::with_strides(&b, (k, n), lb.strides(k, n));
    let row = |i: usize| (0..k).map(|l| nearest_bf16(a.get(i, l))).collect::<Vec<_>>();
    let column = |j: usize| (0..k).map(|l| nearest_bf16(b.get(l, j))).collect::<Vec<_>>();
    let (rows, columns) = ((0..m).map(row).collect::<Vec<_>>(), (0..n).map(column).collect::<Vec<_>>());
    let expected = |definition: &Definition| {
        let mut expected = before.clone();
        for (i, j) in (0..m).flat_map(|i| (0..n).map(move |j| (i, j))) {
            let c = &mut expected[i * (n + gap) + j];
            let terms: Vec<_> = rows[i].iter().copied().zip(columns[j].iter().copied()).collect();
            *c = definition(&terms, (onto == Onto::Sum).then_some(*c), biases.map(|biases| biases[j]));
        }
        expected
    };
    let (pairs_fused, pairs, strips) = (
        expected(&|terms, there, bias| by_pairs(true, terms, there, bias)),
        expected(&|terms, there, bias| by_pairs(false, terms, there, bias)),
        expected(&by_strips),
    );
    let case = format!("{m}×{k}×{n} {la:?} {lb:?} {onto:?}");
    let mut panels = Panels::of(Operands::Bf16, 0, 0);
    for set in InstructionSet::available() {
        let fused = set != InstructionSet::Baseline || cfg!(target_arch = "aarch64");
        let mut found = before.clone();
        panels.pack_for(set, b);
        let c = MatrixViewMut::with_strides(&mut found, (m, n), (n + gap, 1));
        product_with(c, a, &panels, onto, biases);
        let expected = match set {
            InstructionSet::Amx => &strips,
            _ if fused => &pairs_fused,
            _ => &pairs,
        };
        assert_eq!(&found, expected, "{case} on {}", set.name());
    }
    #[cfg(target_arch = "x86_64")]
    if InstructionSet::best() >= InstructionSet::Avx512 && crate::vector::NativePairs::are_there() {
        // As it is on processors where this is the fastest.
        let mut found = before.clone();
        panels.pack_as(Form::Pairs, InstructionSet::Avx512, b);
        let c = MatrixViewMut::with_strides(&mut found, (m, n), (n + gap, 1));
        product_with(c, a, &panels, onto, biases);
        assert_eq!(found, pairs_fused, "{case} by the instruction for pairs");
    }
    let mut found = before.clone();
    panels.pack_for_squares::<Portable<f32, 16>, ByDefinition>(b);
    let c = MatrixViewMut::with_strides(&mut found, (m, n), (n + gap, 1));
    let task = Task::new(c, a, Right::from(&panels), onto, biases);
    let whole = Rectangle { task: &task, rows: 0..m, columns: 0..n };
    // SAFETY: neither the registers nor the unit need anything of the processor.
    unsafe { SquareKernel::run::<Portable<f32, 16>, ByDefinition>(whole) };
    assert_eq!(found, strips, "{case} by squares");
}

/// Squares multiplied one number after the other.
struct ByDefinition;

impl SquareUnit for ByDefinition {
    unsafe fn begin() {}

    unsafe fn end() {}

    unsafe fn round_pairs(from: *const f32, to: *mut u32) {
        // SAFETY: the caller vouches for the places that are named.
        (0..SIDE).for_each(|i| unsafe { *to.add(i) = pair(*from.add(2 * i), *from.add(2 * i + 1)) });
    }

    unsafe fn round_two(lower: *const f32, upper: *const f32, to: *mut u32) {
        // SAFETY: the caller vouches for the places that are named.
        (0..SIDE).for_each(|i| unsafe { *to.add(i) = pair(*lower.add(i), *upper.add(i)) });
    }

    unsafe fn multiply<const HEIGHT: usize, const WIDTH: usize>(squares: &Squares) {
        // SAFETY: the caller vouches for the places that are named.
        unsafe {
            for (i, j) in (0..HEIGHT * SIDE).flat_map(|i| (0..WIDTH * SIDE).map(move |j| (i, j))) {
                let c = squares.c.add(i * squares.c_row + j);
                let mut sum = if squares.begins { 0.0 } else { *c };
                for strip in 0..squares.strips {
                    let a = squares.a[i / SIDE].add((strip * SIDE + i % SIDE) * SIDE);
                    let b = squares.b.add((strip * WIDTH + j / SIDE) * SIDE * SIDE + j % SIDE);
                    let mut chains = [0.0_f32; 2];
                    for p in 0..SIDE {
                        let (a, b) = (*a.add(p), *b.add(p * SIDE));
                        for (chain, half) in chains.iter_mut().zip([0, 16]) {
                            let number = |pair: u32| f32::from_bits((pair >> half) << 16);
                            *chain = number(a).mul_add(number(b), *chain);
                        }
                    }
                    sum += chains[0] + chains[1];
                }
                *c = sum;
            }
        }
    }
}

/// Every (m, k, n) of these sizes.
fn shapes_of(sizes: &[usize]) -> impl Iterator<Item = (usize, usize, usize)> {
    let pairs = sizes.iter().flat_map(move |&m| sizes.iter().map(move |&k| (m, k)));
    pairs.flat_map(move |(m, k)| sizes.iter().map(move |&n| (m, k, n)))
}

#[test]
fn every_instruction_set_rounds_to_bf16_alike() {
    let sizes = if cfg!(miri) { [1, 5].as_slice() } else { &[0, 1, 2, 5, 13, 33] };
    let large = [
        (33, 33, 17),
        (64, 100, 10),
        (25, 513, 65),
        (3, 1000, 40),
        (32, 64, 32),
        (48, 31, 16),
        (40, 70, 1060),
    ];
    let large = large.into_iter().take(if cfg!(miri) { 1 } else { usize::MAX });
    for (count, shape) in shapes_of(sizes).chain(large).enumerate() {
        for (onto, with_biases) in [(Onto::Nothing, true), (Onto::Sum, count % 2 == 0)] {
            check_bf16(shape, [LAYOUTS[count % 4], LAYOUTS[count / 4 % 4]], onto, with_biases);
        }
    }
}

#[test]
fn every_instruction_set_gives_the_bits_of_the_definition() {
    let sizes = if cfg!(miri) { [0, 1, 5, 9].as_slice() } else { &[0, 1, 2, 5, 12, 13, 16, 33] };
    let large = [
        (64, 100, 10),
        (1, 300, 70),
        (70, 300, 1),
        (25, 513, 65),
        (3, 1000, 3),
        (50, 2, 600),
        (1, 300, 300),
        (13, 300, 201),
    ];
    let large = large.into_iter().filter(|_| !cfg!(miri));
    // One row takes several panels at a time.
    let wide = [(1, 3, 70), (1, 2, 140), (5, 1, 133)];
    for (count, shape) in shapes_of(sizes).chain(wide).chain(large).enumerate() {
        for (onto, with_biases) in [(Onto::Nothing, true), (Onto::Sum, false)] {
            // Each layout of each operand takes its turn.
            let layouts = [LAYOUTS[count % 4], LAYOUTS[count / 4 % 4]];
            check::<f32>(shape, layouts, onto, with_biases);
            check::<f64>(shape, layouts, onto, with_biases);
        }
    }
}

/// A's part of a tile is copied where its columns lie half a page apart, with and without a full register behind the last row.
#[test]
fn columns_that_lie_far_apart_give_the_same_bits() {
    let shapes =
        if cfg!(miri) { [(513, 2, 5)].as_slice() } else { &[(512, 7, 150), (515, 260, 129), (1, 5, 200)] };
    for &shape in shapes {
        for (onto, with_biases) in [(Onto::Nothing, true), (Onto::Sum, false)] {
            check::<f32>(shape, [Layout::Columns, Layout::Rows], onto, with_biases);
            check::<f64>(shape, [Layout::Columns, Layout::Columns], onto, with_biases);
        }
    }
}

/// Rows that are not padded to whole registers are refused, and so are biases.
#[test]
fn what_is_not_padded_is_refused() {
    fn call(columns_of_b: usize, biases: usize) {
        let (a, mut c) = (crate::Matrix::<f32>::zeros(2, 3), crate::Matrix::zeros(2, 33));
        let (b, biases) = (crate::Matrix::zeros(3, columns_of_b), vec![0.0; biases]);
        product_unpacked(c.view_mut(), a.view(), b.view(), Chain::Begins, Some(&biases));
    }
    let whole = padded::<f32>(33);
    call(whole, whole);
    for (columns_of_b, biases) in [(33, whole), (whole, 33)] {
        assert!(std::panic::catch_unwind(|| call(columns_of_b, biases)).is_err(), "{columns_of_b}, {biases}");
    }
}

#[test]
fn panels_can_be_packed_again() {
    let (mut panels, ones) = (Panels::of(Operands::Same, 3, 40), [1.0_f32; 120]);
    for (k, n) in [(3, 40), (2, 5), (3, 33)] {
        panels.pack(MatrixView::from_slice(&ones[..k * n], k, n));
        let mut c = crate::Matrix::zeros(2, n);
        product_with(
            c.view_mut(),
            MatrixView::from_slice(&ones[..2 * k], 2, k),
            &panels,
            Onto::Nothing,
            None,
        );
        assert!(c.as_slice().iter().all(|&x| x == k as f32), "{k}×{n}");
    }
}

#[test]
fn shapes_that_do_not_fit_are_refused() {
    fn call(a: (usize, usize), b: (usize, usize), c: (usize, usize)) {
        let (a, b) = (crate::Matrix::<f32>::zeros(a.0, a.1), crate::Matrix::zeros(b.0, b.1));
        product(crate::Matrix::zeros(c.0, c.1).view_mut(), a.view(), b.view(), Onto::Nothing);
    }
    fn into_columns() {
        let (a, mut c) = (crate::Matrix::<f32>::zeros(2, 2), [0.0; 4]);
        let c = MatrixViewMut::with_strides(&mut c, (2, 2), (1, 2));
        product(c, a.view(), a.view(), Onto::Nothing);
    }
    fn biases() {
        let (a, mut panels) = (crate::Matrix::<f32>::zeros(2, 2), Panels::default());
        panels.pack(a.view());
        product_with(a.clone().view_mut(), a.view(), &panels, Onto::Nothing, Some(&[0.0]));
    }
    let table: [(&str, fn()); 5] = [
        ("inner sizes that differ", || call((2, 3), (4, 5), (2, 5))),
        ("another number of rows", || call((2, 3), (3, 5), (3, 5))),
        ("another number of columns", || call((2, 3), (3, 5), (2, 4))),
        ("a result in columns", into_columns),
        ("a bias too few", biases),
    ];
    for (name, call) in table {
        assert!(std::panic::catch_unwind(call).is_err(), "{name} were accepted");
    }
}

fn bits_with_threads<R: Real>(
    (m, k, n): (usize, usize, usize),
    layouts: [Layout; 2],
    threads: usize,
) -> Vec<u64> {
    let [la, lb] = layouts;
    let (a, b) = (plain::<R>(la.length(m, k), 1), plain::<R>(lb.length(k, n), 2));
    let a = MatrixView::with_strides(&a, (m, k), la.strides(m, k));
    let b = MatrixView::with_strides(&b, (k, n), lb.strides(k, n));
    let mut c = crate::Matrix::<R>::zeros(m, n);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
    pool.install(|| product(c.view_mut(), a, b, Onto::Nothing));
    bits(c.as_slice())
}

fn check_threads<R: Real>(shape: (usize, usize, usize)) {
    assert!(shape.0 * shape.1 * shape.2 >= WORTH_A_THREAD, "{shape:?} runs on one thread anyway");
    // The three products of training: forward A·Wᵀ, back Δ·W, the weights' gradient Δᵀ·A.
    for layouts in [[Layout::Rows, Layout::Columns], [Layout::Rows; 2], [Layout::Columns, Layout::Rows]] {
        let one = bits_with_threads::<R>(shape, layouts, 1);
        for threads in [2, 3, 4, 8] {
            let found = bits_with_threads::<R>(shape, layouts, threads);
            assert!(found == one, "{shape:?} {layouts:?}: other bits with {threads} threads");
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "hours; the parts are those of the other tests")]
fn bits_do_not_depend_on_the_number_of_threads() {
    for shape in
        [(128, 784, 256), (300, 301, 299), (33, 5000, 70), (2000, 40, 50), (128, 10_000, 10), (7, 3000, 600)]
    {
        check_threads::<f32>(shape);
        check_threads::<f64>(shape);
    }
}

/// A row's result does not depend on the rows that it is multiplied with.
#[test]
fn bits_of_a_row_do_not_depend_on_its_batch() {
    let (m, k, n) = (if cfg!(miri) { 5 } else { 29 }, 300, 37);
    let (a, b) = (plain::<f32>(m * k, 1), plain::<f32>(k * n, 2));
    let mut panels = Panels::default();
    panels.pack(MatrixView::from_slice(&b, k, n));
    let rows_of = |start: usize, rows: usize| {
        let mut c = crate::Matrix::zeros(rows, n);
        let a = MatrixView::from_slice(&a[start * k..][..rows * k], rows, k);
        product_with(c.view_mut(), a, &panels, Onto::Nothing, None);
        c.into_vec()
    };
    let all = rows_of(0, m);
    for (start, rows) in [(0, 1), (m - 1, 1), (1, 3), (2, m - 2)] {
        assert_eq!(rows_of(start, rows), all[start * n..][..rows * n], "{rows} rows from {start} on");
    }
}
