//! One WebAssembly module made two: what the page opens with, and the rest.
//!
//! ```text
//! opening   memory, tables, globals, constants; the functions that the page runs until its network learns;
//!           a stand-in for every other function that one of them, a table or JavaScript may call
//! rest      all other functions, on the memory, the tables and the functions of the opening
//! ```
//!
//! A stand-in has the signature of its function. It looks into a table that the rest fills; where nothing is there yet, it
//! calls [`NEED_REST`] of gradus-wasm, which comes back when the rest has come; then it calls what the table holds. So it is only
//! a matter of time which function is where: every function can be called at any moment, and computes what it computes in
//! one module.

use anyhow::{Context, Result, bail};
use std::collections::{BTreeSet, HashSet};
use walrus::ir::{Value, Visitor, dfs_in_order};
use walrus::{
    ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalKind,
    ImportedFunction, InstrSeqBuilder, Module, ModuleConfig, RefType, TableId, passes,
};

/// What JavaScript calls the function of gradus-wasm that sees to it that the rest is there.
const NEED_REST: &str = "needRest";
/// What the rest calls the module that it imports everything from.
const OPENING: &str = "opening";
/// The table that the rest fills.
const TABLE: &str = "rest";

/// The two modules.
pub(crate) struct Divided {
    pub(crate) opening: Vec<u8>,
    pub(crate) rest: Vec<u8>,
}

/// Divides a module; `stays` are the functions of the opening, as places among those that are not imported.
///
/// # Errors
/// If the module has not the form that is expected.
pub(crate) fn divide(whole: &[u8], stays: &[usize]) -> Result<Divided> {
    let (mut opening, mut rest) = (parse(whole)?, parse(whole)?);
    let need_rest = opening.exports.get_func(NEED_REST)?;
    let local: Vec<FunctionId> = opening.funcs.iter_local().map(|(id, _)| id).collect();
    let stays: HashSet<FunctionId> = stays.iter().map(|&at| local[at]).chain([need_rest]).collect();
    let called = called(&opening, &stays)?;
    let goes: Vec<usize> =
        (0..local.len()).filter(|&at| called.contains(&local[at]) && !stays.contains(&local[at])).collect();

    let stays_in_rest: Vec<usize> = (0..local.len()).filter(|&at| stays.contains(&local[at])).collect();
    let imports = take_rest(&mut rest, &stays_in_rest, &goes)?;
    put_stand_ins(&mut opening, need_rest, &goes.iter().map(|&at| local[at]).collect::<Vec<_>>())?;
    for (name, item) in named(&opening) {
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
    config.parse(module)
}

/// The functions that those of the opening call, and those that a table or JavaScript may call.
fn called(module: &Module, stays: &HashSet<FunctionId>) -> Result<HashSet<FunctionId>> {
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
        match &segment.items {
            ElementItems::Functions(functions) => called.extend(functions),
            ElementItems::Expressions(..) => bail!("a table is filled by expressions"),
        }
    }
    called.extend(module.exports.iter().filter_map(|export| match export.item {
        ExportItem::Function(function) => Some(function),
        _ => None,
    }));
    Ok(called)
}

/// Everything that the rest may import, by the name that it has there.
fn named(module: &Module) -> Vec<(String, ExportItem)> {
    let functions = module.funcs.iter().map(|function| ExportItem::Function(function.id()));
    let globals = module.globals.iter().map(|global| ExportItem::Global(global.id()));
    let memories = module.memories.iter().map(|memory| ExportItem::Memory(memory.id()));
    let tables = module.tables.iter().filter(|table| table.name.as_deref() != Some(TABLE));
    let tables = tables.map(|table| ExportItem::Table(table.id()));
    let all = functions.chain(globals).chain(memories).chain(tables);
    all.enumerate().map(|(at, item)| (format!("{at:x}"), item)).collect()
}

/// Leaves of the module what is not in the opening; gives the names of what it imports.
fn take_rest(module: &mut Module, stays: &[usize], goes: &[usize]) -> Result<BTreeSet<String>> {
    let local: Vec<FunctionId> = module.funcs.iter_local().map(|(id, _)| id).collect();
    let stays: HashSet<FunctionId> = stays.iter().map(|&at| local[at]).collect();
    let goes: Vec<FunctionId> = goes.iter().map(|&at| local[at]).collect();
    let exports: Vec<_> = module.exports.iter().map(|export| export.id()).collect();
    exports.into_iter().for_each(|id| module.exports.delete(id));
    let segments: Vec<_> = module.elements.iter().map(|segment| segment.id()).collect();
    segments.into_iter().for_each(|id| module.elements.delete(id));
    let constants: Vec<_> = module.data.iter().map(|constants| constants.id()).collect();
    constants.into_iter().for_each(|id| module.data.delete(id));
    module.tables.iter_mut().for_each(|table| table.elem_segments.clear());
    module.memories.iter_mut().for_each(|memory| memory.data_segments.clear());
    module.start = None;
    for (name, item) in named(module) {
        import(module, &name, item, &stays);
    }
    let length = goes.len() as u64;
    let (table, _) = module.add_import_table(OPENING, TABLE, false, length, Some(length), RefType::FUNCREF);
    let offset = ConstExpr::Value(Value::I32(0));
    let segment = module.elements.add(ElementKind::Active { table, offset }, ElementItems::Functions(goes));
    module.tables.get_mut(table).elem_segments.insert(segment);
    passes::gc::run(module);
    Ok(module.imports.iter().map(|import| import.name.clone()).collect())
}

/// Makes an item one that the opening gives.
fn import(module: &mut Module, name: &str, item: ExportItem, stays: &HashSet<FunctionId>) {
    match item {
        ExportItem::Function(id) => {
            let function = module.funcs.get(id);
            let ty = function.ty();
            match &function.kind {
                FunctionKind::Import(imported) => {
                    let import = module.imports.get_mut(imported.import);
                    import.module = OPENING.to_owned();
                    import.name = name.to_owned();
                }
                _ if stays.contains(&id) => {
                    let import = module.imports.add(OPENING, name, id);
                    module.funcs.get_mut(id).kind = FunctionKind::Import(ImportedFunction { import, ty });
                }
                _ => {}
            }
        }
        ExportItem::Global(id) => {
            let import = module.imports.add(OPENING, name, id);
            module.globals.get_mut(id).kind = GlobalKind::Import(import);
        }
        ExportItem::Memory(id) => {
            let import = module.imports.add(OPENING, name, id);
            module.memories.get_mut(id).import = Some(import);
        }
        ExportItem::Table(id) => {
            let import = module.imports.add(OPENING, name, id);
            module.tables.get_mut(id).import = Some(import);
        }
        ExportItem::Tag(_) => {}
    }
}

/// Puts a stand-in in the place of each function that goes.
fn put_stand_ins(module: &mut Module, need_rest: FunctionId, goes: &[FunctionId]) -> Result<()> {
    let length = goes.len() as u64;
    let table = module.tables.add_local(false, length, Some(length), RefType::FUNCREF);
    module.tables.get_mut(table).name = Some(TABLE.to_owned());
    module.exports.add(TABLE, table);
    for (at, &function) in goes.iter().enumerate() {
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
