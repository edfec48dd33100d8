//! A module as the linker leaves it with `--emit-relocs`, where every place that holds an address is noted.

use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use wasmparser::{
    CustomSectionReader, Data, DataKind, KnownCustom, Linking, Name, Operator, Parser, Payload,
    RelocationType, SymbolInfo, TypeRef,
};

/// Where an address is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// In the function of this name.
    Function(String),
    /// In memory, at this address.
    Constant(u32),
}

/// What is at the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// A constant, from its first address to its end.
    Constant(Range<u32>),
    /// The function of this name, in the table of functions.
    Function(String),
}

/// Every address that a function or a constant of the module holds.
///
/// # Errors
/// If it is no such module.
pub(crate) fn addresses(module: &[u8]) -> Result<Vec<(Holder, Held)>> {
    let mut linked = Linked::default();
    let mut sections = 0;
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        let is_section = payload.as_section().is_some();
        linked.take(payload, sections)?;
        sections += u32::from(is_section);
    }
    linked.notes.iter().filter_map(|note| linked.address(note).transpose()).collect()
}

#[derive(Default)]
struct Linked<'a> {
    functions: u32,
    names: HashMap<u32, &'a str>,
    code: Section,
    /// Constants, by their addresses.
    data: Section,
    symbols: Vec<SymbolInfo<'a>>,
    notes: Vec<Note>,
}

/// A section: its place among all, where it begins in the file, and what begins where in it.
#[derive(Default)]
struct Section {
    place: u32,
    start: usize,
    items: BTreeMap<u32, u32>,
}

/// That a place of a section holds the address of a symbol.
struct Note {
    section: u32,
    offset: u32,
    kind: RelocationType,
    symbol: u32,
}

impl Section {
    /// What the place lies in, and how far from where that begins.
    fn at(&self, offset: u32) -> Option<(u32, u32)> {
        self.items.range(..=offset).next_back().map(|(start, &item)| (item, offset - start))
    }
}

impl<'a> Linked<'a> {
    fn take(&mut self, payload: Payload<'a>, place: u32) -> Result<()> {
        match payload {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    self.functions += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionStart { range, .. } => {
                (self.code.place, self.code.start) = (place, range.start);
            }
            Payload::CodeSectionEntry(body) => {
                self.code.items.insert((body.range().start - self.code.start) as u32, self.functions);
                self.functions += 1;
            }
            Payload::DataSection(segments) => {
                (self.data.place, self.data.start) = (place, segments.range().start);
                for segment in segments {
                    self.take_segment(&segment?)?;
                }
            }
            Payload::CustomSection(custom) => self.take_custom(&custom)?,
            _ => {}
        }
        Ok(())
    }

    fn take_segment(&mut self, segment: &Data<'_>) -> Result<()> {
        let DataKind::Active { offset_expr, .. } = &segment.kind else {
            bail!("constants without an address")
        };
        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
            bail!("constants at an address that is computed")
        };
        let start = segment.range.end - segment.data.len();
        self.data.items.insert((start - self.data.start) as u32, value as u32);
        Ok(())
    }

    fn take_custom(&mut self, custom: &CustomSectionReader<'a>) -> Result<()> {
        match custom.as_known() {
            KnownCustom::Name(parts) => {
                for part in parts {
                    let Name::Function(names) = part? else { continue };
                    for name in names {
                        let name = name?;
                        self.names.insert(name.index, name.name);
                    }
                }
            }
            KnownCustom::Linking(parts) => {
                for part in parts.subsections() {
                    if let Linking::SymbolTable(symbols) = part? {
                        self.symbols = symbols.into_iter().collect::<Result<_, _>>()?;
                    }
                }
            }
            KnownCustom::Reloc(notes) => {
                for entry in notes.entries() {
                    let entry = entry?;
                    let (section, kind, symbol) = (notes.section_index(), entry.ty, entry.index);
                    self.notes.push(Note { section, offset: entry.offset, kind, symbol });
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A note as an address that is held; absent where it is about something else.
    fn address(&self, note: &Note) -> Result<Option<(Holder, Held)>> {
        let Some(held) = self.held(note)? else { return Ok(None) };
        let holder = if note.section == self.code.place {
            self.code.at(note.offset).map(|(function, _)| Holder::Function(self.name(function)))
        } else if note.section == self.data.place {
            self.data.at(note.offset).map(|(address, from)| Holder::Constant(address + from))
        } else {
            return Ok(None);
        };
        Ok(Some((holder.context("a note about a place that is not there")?, held)))
    }

    fn held(&self, note: &Note) -> Result<Option<Held>> {
        use RelocationType::{FunctionIndexLeb, TypeIndexLeb};
        if matches!(note.kind, TypeIndexLeb | FunctionIndexLeb) {
            return Ok(None); // The number of a type; a call, which the module itself tells.
        }
        Ok(
            match self.symbols.get(note.symbol as usize).context("a note about a symbol that is not there")? {
                SymbolInfo::Data { symbol: Some(place), .. } => {
                    let segment = self.data.items.values().nth(place.index as usize);
                    // What begins as zeros is in no segment.
                    segment.map(|address| {
                        let start = address + place.offset;
                        Held::Constant(start..start + place.size)
                    })
                }
                SymbolInfo::Func { index, .. } => Some(Held::Function(self.name(*index))),
                _ => None,
            },
        )
    }

    fn name(&self, function: u32) -> String {
        self.names.get(&function).map_or_else(|| format!("function {function}"), |name| (*name).to_owned())
    }
}
