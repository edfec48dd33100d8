//! Which functions the page runs until its network learns: found out by running them.
//!
//! In a copy of the module every function begins by writing 1 into a byte of its own, behind all memory that the module knows
//! of. The script that does with it what the page does at first runs in Node.js, and leaves those bytes in a file.

use crate::programs;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use walrus::ir::{Const, Instr, MemArg, Store, StoreKind, Value};
use walrus::{MemoryId, Module};

const BYTES_OF_PAGE: u64 = 1 << 16;

/// The places of the functions that run, counted among those of the module that are not imported.
///
/// `folder` holds the bindings; the copy that is observed comes beside them, as `observed.wasm`.
///
/// # Errors
/// If the module has not the form that is expected, or the script fails.
pub(crate) fn observe(module: &[u8], folder: &Path, script: &Path) -> Result<Vec<usize>> {
    let mut observed = Module::from_buffer(module)?;
    let memory = observed.memories.iter_mut().next().context("the module has no memory")?;
    let (id, first) = (memory.id(), memory.initial * BYTES_OF_PAGE);
    let functions = observed.funcs.iter_local().count();
    observed.memories.get_mut(id).initial += (functions as u64).div_ceil(BYTES_OF_PAGE);
    for (at, (_, function)) in observed.funcs.iter_local_mut().enumerate() {
        let entry = function.entry_block();
        let mark = mark(id, first as usize + at).map(|instr| (instr, Default::default()));
        function.block_mut(entry).instrs.splice(0..0, mark);
    }
    fs::write(folder.join("observed.wasm"), observed.emit_wasm())?;
    let seen = folder.join("seen");
    let (place, file) = (folder.to_string_lossy(), seen.to_string_lossy());
    let words =
        ["node", &script.to_string_lossy(), &place, &first.to_string(), &functions.to_string(), &file];
    programs::output(&words, None)?;
    let seen =
        fs::read(&seen).with_context(|| format!("{} wrote no {}", script.display(), seen.display()))?;
    Ok((0..functions).filter(|&at| seen.get(at) == Some(&1)).collect())
}

/// Writes 1 into the byte at `address`.
fn mark(memory: MemoryId, address: usize) -> [Instr; 3] {
    let number = |value: i32| Instr::Const(Const { value: Value::I32(value) });
    let kind = StoreKind::I32_8 { atomic: false };
    let store = Store { memory, kind, arg: MemArg { align: 1, offset: 0 } };
    [number(address as i32), number(1), Instr::Store(store)]
}
