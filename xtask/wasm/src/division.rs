//! One WebAssembly module made two: what the page opens with, and the rest.
//!
//! ```text
//! opening   memory, tables, globals; the functions that the page runs until its network learns; the constants that
//!           they reach; a stand-in for every other function that they, a table or JavaScript may call
//! rest      all other functions and constants, on the memory, the tables and the functions of the opening
//! ```
//!
//! A stand-in has the signature of its function. It looks into a table that the rest fills; where nothing is there yet, it
//! calls [`NEED_REST`] of gradus-wasm, which comes back when the rest has come; then it calls what the table holds. So it is only
//! a matter of time which function is where: every function can be called at any moment, and computes what it computes in
//! one module.

use crate::reach::Reach;
use crate::rest;
use anyhow::{Context, Result, bail};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use walrus::ir::{Value, Visitor, dfs_in_order};
use walrus::{
    ConstExpr, DataKind, ElementItems, ElementKind, ExportItem, Function, FunctionBuilder, FunctionId,
    FunctionKind, InstrSeqBuilder, Module, ModuleConfig, RefType, TableId, passes,
};

/// What JavaScript calls the function of gradus-wasm that sees to it that the rest is there.
const NEED_REST: &str = "needRest";
/// The table of the functions that stand-ins stand for.
pub(crate) const TABLE: &str = "rest";

/// The two modules.
pub(crate) struct Divided {
    pub(crate) opening: Vec<u8>,
    pub(crate) rest: Vec<u8>,
}

/// What comes with the rest: functions by their place among those that are not imported.
pub(crate) struct Division {
    /// Functions of the rest.
    pub(crate) goes: HashSet<usize>,
    /// Those of them that have a stand-in, in the order of their table.
    pub(crate) stood_for: Vec<usize>,
    /// Entries of tables that only the rest can reach: the first one, and the functions from there on.
    pub(crate) entries: Vec<(u32, Vec<usize>)>,
    /// Constants that only the rest can reach: their address, and they.
    pub(crate) constants: Vec<(u32, Vec<u8>)>,
}

/// Divides a module with bindings; `linked` is the module before it had them, and `stays` are the functions of the opening,
/// as places among those that are not imported.
///
/// # Errors
/// If a module has not the form that is expected.
pub(crate) fn divide(linked: &[u8], whole: &[u8], stays: &[usize]) -> Result<Divided> {
    let mut opening = parse(whole)?;
    let local: Vec<FunctionId> = opening.funcs.iter_local().map(|(id, _)| id).collect();
    let need_rest = opening.exports.get_func(NEED_REST)?;
    let stays: HashSet<FunctionId> = stays.iter().map(|&at| local[at]).chain([need_rest]).collect();
    let reach = reach(&opening, linked, &stays)?;
    let places: HashMap<FunctionId, usize> = local.iter().enumerate().map(|(at, &id)| (id, at)).collect();
    let goes = |id: &FunctionId| places.contains_key(id) && !stays.contains(id);

    let entries = leave_entries(&mut opening, &reach, need_rest, goes)?;
    let mut stood_for: Vec<FunctionId> = called(&opening, &stays).into_iter().filter(goes).collect();
    stood_for.sort_unstable();
    put_stand_ins(&mut opening, need_rest, &stood_for)?;
    let place = |id: &FunctionId| places[id];
    let division = Division {
        goes: local.iter().filter(|id| goes(id)).map(place).collect(),
        stood_for: stood_for.iter().map(place).collect(),
        entries: entries.into_iter().map(|(at, run)| (at, run.iter().map(place).collect())).collect(),
        constants: leave_constants(&mut opening, &reach.constants)?,
    };

    let mut rest = parse(whole)?;
    let imports = rest::take(&mut rest, division)?;
    for (name, item) in rest::named(&opening) {
        if imports.contains(&name) {
            opening.exports.add(&name, item);
        }
    }
    passes::gc::run(&mut opening);
    Ok(Divided { opening: opening.emit_wasm(), rest: rest.emit_wasm() })
}

fn parse(module: &[u8]) -> Result<Module> {
    let mut config = ModuleConfig::new();
    config.generate_name_section(false).generate_producers_section(false);
    let mut module = config.parse(module)?;
    // What the linker has noted is about a module that this one is no longer.
    let customs: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
    customs.into_iter().for_each(|id| drop(module.customs.delete(id)));
    Ok(module)
}

/// What the functions that stay can reach. Names tell which functions of the linked module they are; one that is in doubt stays.
fn reach(module: &Module, linked: &[u8], stays: &HashSet<FunctionId>) -> Result<Reach> {
    let local =
        || module.funcs.iter_local().filter_map(|(id, _)| Some((id, module.funcs.get(id).name.as_deref()?)));
    let stay: HashSet<&str> = local().filter(|(id, _)| stays.contains(id)).map(|(_, name)| name).collect();
    let go: HashSet<&str> = local().map(|(_, name)| name).filter(|name| !stay.contains(name)).collect();
    Reach::of(linked, |name| !go.contains(name))
}

/// Puts another function in the place of those in tables that cannot be reached; gives what was there, run by run.
fn leave_entries(
    module: &mut Module,
    reach: &Reach,
    other: FunctionId,
    goes: impl Fn(&FunctionId) -> bool,
) -> Result<Vec<(u32, Vec<FunctionId>)>> {
    let is_unreached = |function: &Function| function.name.as_ref().is_some_and(|name| reach.misses(name));
    let mut runs: Vec<(u32, Vec<FunctionId>)> = Vec::new();
    for segment in module.elements.iter_mut() {
        let (ElementKind::Active { offset, .. }, ElementItems::Functions(functions)) =
            (&segment.kind, &mut segment.items)
        else {
            bail!("a table is filled otherwise than with functions");
        };
        let first = address(offset)?;
        for (at, function) in (first..).zip(functions) {
            if !goes(function) || !is_unreached(module.funcs.get(*function)) {
                continue;
            }
            match runs.last_mut() {
                Some((start, run)) if *start + run.len() as u32 == at => run.push(*function),
                _ => runs.push((at, vec![*function])),
            }
            *function = other;
        }
    }
    Ok(runs)
}

/// Leaves the constants out that are not reached; gives them, with their addresses.
fn leave_constants(module: &mut Module, reached: &[Range<u32>]) -> Result<Vec<(u32, Vec<u8>)>> {
    let mut unreached = Vec::new();
    let segments: Vec<_> = module.data.iter().map(|segment| segment.id()).collect();
    for id in segments {
        let segment = module.data.get(id);
        let DataKind::Active { memory, offset } = &segment.kind else {
            bail!("constants without an address")
        };
        let (memory, first, bytes) = (*memory, address(offset)?, segment.value.clone());
        module.memories.get_mut(memory).data_segments.remove(&id);
        module.data.delete(id);
        let end = first + bytes.len() as u32;
        let piece = |from: u32, to: u32| bytes[(from - first) as usize..(to - first) as usize].to_vec();
        let mut at = first;
        for range in reached {
            let (from, to) = (range.start.clamp(at, end), range.end.clamp(at, end));
            if from < to {
                unreached.push((at, piece(at, from)));
                put_constants(module, memory, from, piece(from, to));
                at = to;
            }
        }
        unreached.push((at, piece(at, end)));
    }
    unreached.retain(|(_, bytes)| !bytes.is_empty());
    Ok(unreached)
}

/// Adds constants at an address.
pub(crate) fn put_constants(module: &mut Module, memory: walrus::MemoryId, address: u32, bytes: Vec<u8>) {
    let offset = ConstExpr::Value(Value::I32(address as i32));
    let id = module.data.add(DataKind::Active { memory, offset }, bytes);
    module.memories.get_mut(memory).data_segments.insert(id);
}

/// An address that is written as a number.
fn address(expression: &ConstExpr) -> Result<u32> {
    match expression {
        ConstExpr::Value(Value::I32(number)) => Ok(*number as u32),
        _ => bail!("an address that is computed"),
    }
}

/// The functions that those of the opening call, and those that a table or JavaScript may call.
fn called(module: &Module, stays: &HashSet<FunctionId>) -> HashSet<FunctionId> {
    struct Called(HashSet<FunctionId>);
    impl Visitor<'_> for Called {
        fn visit_function_id(&mut self, function: &FunctionId) {
            self.0.insert(*function);
        }
    }
    let mut called = Called(HashSet::new());
    for (_, function) in module.funcs.iter_local().filter(|(id, _)| stays.contains(id)) {
        dfs_in_order(&mut called, function, function.entry_block());
    }
    let Called(mut called) = called;
    for segment in module.elements.iter() {
        if let ElementItems::Functions(functions) = &segment.items {
            called.extend(functions);
        }
    }
    called.extend(module.exports.iter().filter_map(|export| match export.item {
        ExportItem::Function(function) => Some(function),
        _ => None,
    }));
    called
}

/// Puts a stand-in in the place of each of these functions.
fn put_stand_ins(module: &mut Module, need_rest: FunctionId, functions: &[FunctionId]) -> Result<()> {
    let length = functions.len() as u64;
    let table = module.tables.add_local(false, length, Some(length), RefType::FUNCREF);
    module.tables.get_mut(table).name = Some(TABLE.to_owned());
    module.exports.add(TABLE, table);
    for (at, &function) in functions.iter().enumerate() {
        let at = i32::try_from(at).context("there are more functions than numbers for them")?;
        put_stand_in(module, need_rest, function, (table, at));
    }
    Ok(())
}

fn put_stand_in(
    module: &mut Module,
    need_rest: FunctionId,
    function: FunctionId,
    (table, at): (TableId, i32),
) {
    let ty = module.funcs.get(function).ty();
    let (parameters, results) = (module.types.params(ty).to_vec(), module.types.results(ty).to_vec());
    let arguments: Vec<_> = parameters.iter().map(|&parameter| module.locals.add(parameter)).collect();
    let mut builder = FunctionBuilder::new(&mut module.types, &parameters, &results);
    let mut body = builder.func_body();
    body.i32_const(at).table_get(table).ref_is_null();
    let bring = |missing: &mut InstrSeqBuilder<'_>| {
        missing.call(need_rest);
    };
    body.if_else(None, bring, |_| ());
    for &argument in &arguments {
        body.local_get(argument);
    }
    body.i32_const(at).call_indirect(ty, table);
    module.funcs.get_mut(function).kind = FunctionKind::Local(builder.local_func(arguments));
}
