//! The rest of a module that is divided: what is not in the opening, and imports of what is.

use crate::division::{Division, TABLE, put_constants};
use anyhow::{Context, Result};
use std::collections::HashSet;
use walrus::ir::Value;
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionId, FunctionKind, GlobalKind, ImportedFunction,
    Module, RefType, TableId, passes,
};

/// What the rest calls the module that it imports everything from.
const OPENING: &str = "opening";

/// Leaves of the whole module what is not in the opening; gives the names of what it imports.
///
/// # Errors
/// If the module has no memory or no table.
pub(crate) fn take(module: &mut Module, division: Division) -> Result<HashSet<String>> {
    let local: Vec<FunctionId> = module.funcs.iter_local().map(|(id, _)| id).collect();
    let goes: HashSet<FunctionId> = division.goes.iter().map(|&at| local[at]).collect();
    let memory = module.memories.iter().next().context("the module has no memory")?.id();
    let table = module.tables.main_function_table()?.context("the module has no table of functions")?;
    take_out(module);
    for (name, item) in named(module) {
        import(module, &name, item, &goes);
    }

    let length = division.stood_for.len() as u64;
    let (own, _) = module.add_import_table(OPENING, TABLE, false, length, Some(length), RefType::FUNCREF);
    let functions = |places: &[usize]| places.iter().map(|&at| local[at]).collect();
    fill(module, own, 0, functions(&division.stood_for));
    for (first, places) in division.entries {
        fill(module, table, first, functions(&places));
    }
    for (address, bytes) in division.constants {
        put_constants(module, memory, address, bytes);
    }
    passes::gc::run(module);
    Ok(module.imports.iter().map(|import| import.name.clone()).collect())
}

/// Everything that the rest may import, by the name that it has there.
pub(crate) fn named(module: &Module) -> Vec<(String, ExportItem)> {
    let functions = module.funcs.iter().map(|function| ExportItem::Function(function.id()));
    let globals = module.globals.iter().map(|global| ExportItem::Global(global.id()));
    let memories = module.memories.iter().map(|memory| ExportItem::Memory(memory.id()));
    let tables = module.tables.iter().filter(|table| table.name.as_deref() != Some(TABLE));
    let tables = tables.map(|table| ExportItem::Table(table.id()));
    let all = functions.chain(globals).chain(memories).chain(tables);
    all.enumerate().map(|(at, item)| (format!("{at:x}"), item)).collect()
}

/// Takes out what only the opening has.
fn take_out(module: &mut Module) {
    let exports: Vec<_> = module.exports.iter().map(|export| export.id()).collect();
    exports.into_iter().for_each(|id| module.exports.delete(id));
    let segments: Vec<_> = module.elements.iter().map(|segment| segment.id()).collect();
    segments.into_iter().for_each(|id| module.elements.delete(id));
    let constants: Vec<_> = module.data.iter().map(|constants| constants.id()).collect();
    constants.into_iter().for_each(|id| module.data.delete(id));
    module.tables.iter_mut().for_each(|table| table.elem_segments.clear());
    module.memories.iter_mut().for_each(|memory| memory.data_segments.clear());
    module.start = None;
}

/// Makes an item an import of what the opening has, unless it is a function that goes.
fn import(module: &mut Module, name: &str, item: ExportItem, goes: &HashSet<FunctionId>) {
    match item {
        ExportItem::Function(id) if goes.contains(&id) => {}
        ExportItem::Function(id) => {
            let function = module.funcs.get(id);
            let ty = function.ty();
            if let FunctionKind::Import(imported) = &function.kind {
                let import = module.imports.get_mut(imported.import);
                (import.module, import.name) = (OPENING.to_owned(), name.to_owned());
            } else {
                let import = module.imports.add(OPENING, name, id);
                module.funcs.get_mut(id).kind = FunctionKind::Import(ImportedFunction { import, ty });
            }
        }
        ExportItem::Global(id) => {
            module.globals.get_mut(id).kind = GlobalKind::Import(module.imports.add(OPENING, name, id));
        }
        ExportItem::Memory(id) => {
            module.memories.get_mut(id).import = Some(module.imports.add(OPENING, name, id));
        }
        ExportItem::Table(id) => {
            module.tables.get_mut(id).import = Some(module.imports.add(OPENING, name, id));
        }
        ExportItem::Tag(_) => {}
    }
}

/// Puts functions into a table, from `first` on.
fn fill(module: &mut Module, table: TableId, first: u32, functions: Vec<FunctionId>) {
    let offset = ConstExpr::Value(Value::I32(first as i32));
    let kind = ElementKind::Active { table, offset };
    let segment = module.elements.add(kind, ElementItems::Functions(functions));
    module.tables.get_mut(table).elem_segments.insert(segment);
}
