//! Model ⇄ bytes: plain safetensors, with what is not a tensor as JSON in its metadata. `docs/model-file.md` is the
//! specification.
//!
//! ```text
//! 8 bytes   n, the header's length, little endian
//! n bytes   {"__metadata__":{"gradus":"…","sha256":"…"},"layers.0.weights":{…},"layers.0.biases":{…},…}
//! the rest  weights (outputs, inputs) and biases (outputs) of each layer, little endian, without gaps
//! ```
//!
//! The digest is taken over the whole file with its own 64 digits as zeros, so that no bit can change unseen. Reading runs
//! no code, opens no file, and asks for no more memory than the bytes at hand can justify.

mod strict_json;
#[cfg(test)]
mod tests;

use crate::model::{AnyNetwork, Model, TrainingRecord};
use crate::network::{Activation, Architecture, Link, Network};
use crate::prep::{Preprocessor, TargetCoding};
use crate::{Error, Real};
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

/// The version of the format that this program writes, and the newest that it reads.
pub const FORMAT: u64 = 1;
/// A longer header is refused.
const MAX_HEADER: usize = 16 << 20;
/// What stands before the digits of the digest; unescaped quotes make it impossible inside a JSON string.
const DIGEST_MARK: &str = "\"sha256\":\"";
const DIGEST_DIGITS: usize = 64;

/// The metadata's `gradus` entry: all of a model but its weights and biases.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Description<'a> {
    format: u64,
    precision: Cow<'a, str>,
    inputs: usize,
    hidden: Vec<HiddenLayer>,
    outputs: usize,
    link: Link,
    prep: Cow<'a, Preprocessor>,
    coding: Cow<'a, TargetCoding>,
    record: Cow<'a, TrainingRecord>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HiddenLayer {
    units: usize,
    activation: Activation,
}

/// The one entry that every version of the format has.
#[derive(Deserialize)]
struct Version {
    format: u64,
}

/// The model as a file's bytes. The same model gives the same bytes.
pub fn to_bytes(model: &Model) -> Vec<u8> {
    match &model.network {
        AnyNetwork::F32(network) => write(model, network, |weight, file| file.extend(weight.to_le_bytes())),
        AnyNetwork::F64(network) => write(model, network, |weight, file| file.extend(weight.to_le_bytes())),
    }
}

fn write<R: Real>(model: &Model, network: &Network<R>, put: impl Fn(R, &mut Vec<u8>)) -> Vec<u8> {
    let mut header = header(model, network);
    // Padding puts the data on a multiple of 8, where f64 can be read in place.
    header.push_str(&" ".repeat(header.len().next_multiple_of(8) - header.len()));
    let parameters = network.parameters();
    let mut file = Vec::with_capacity(8 + header.len() + size_of_val(parameters));
    file.extend((header.len() as u64).to_le_bytes());
    file.extend(header.as_bytes());
    parameters.iter().for_each(|&weight| put(weight, &mut file));
    let digits = find_digest(&header).expect("the header that was just written has one") + 8;
    let digest = hex(&Sha256::digest(&file));
    file[digits..digits + DIGEST_DIGITS].copy_from_slice(digest.as_bytes());
    file
}

/// The header with zeros for the digest. Written by hand, because the safetensors crate keeps metadata in random order.
fn header<R: Real>(model: &Model, network: &Network<R>) -> String {
    let description = quoted(&json(&describe(model)));
    let zeros = "0".repeat(DIGEST_DIGITS);
    let mut header = format!(r#"{{"__metadata__":{{"gradus":{description},{DIGEST_MARK}{zeros}"}}"#);
    let dtype = dtype_of::<R>();
    for (index, layer) in network.layers().iter().enumerate() {
        let (outputs, inputs) = (layer.outputs, layer.inputs);
        let [start, middle, end] =
            [layer.weights.start, layer.biases.start, layer.biases.end].map(|place| place * size_of::<R>());
        header.push_str(&format!(
            r#","layers.{index}.weights":{{"dtype":"{dtype:?}","shape":[{outputs},{inputs}],"data_offsets":[{start},{middle}]}}"#
        ));
        header.push_str(&format!(
            r#","layers.{index}.biases":{{"dtype":"{dtype:?}","shape":[{outputs}],"data_offsets":[{middle},{end}]}}"#
        ));
    }
    header.push('}');
    header
}

fn describe(model: &Model) -> Description<'_> {
    let architecture = model.network.architecture();
    let hidden = architecture.hidden.iter();
    Description {
        format: FORMAT,
        precision: Cow::Borrowed(model.network.precision()),
        inputs: architecture.inputs,
        hidden: hidden.map(|&(units, activation)| HiddenLayer { units, activation }).collect(),
        outputs: architecture.outputs,
        link: architecture.link,
        prep: Cow::Borrowed(&model.prep),
        coding: Cow::Borrowed(&model.coding),
        record: Cow::Borrowed(&model.record),
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("every type in a description writes itself as JSON with string keys")
}

fn quoted(text: &str) -> String {
    json(&text)
}

fn dtype_of<R: Real>() -> Dtype {
    if size_of::<R>() == 4 { Dtype::F32 } else { Dtype::F64 }
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The place in `header` of the digest's first digit, if there is exactly one digest.
fn find_digest(header: &str) -> Option<usize> {
    let mut places = header.match_indices(DIGEST_MARK).map(|(place, mark)| place + mark.len());
    let place = places.next()?;
    let rest = &header.as_bytes()[place..];
    let digits = rest.get(..DIGEST_DIGITS)?;
    let are_digits = digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    (are_digits && rest.get(DIGEST_DIGITS) == Some(&b'"') && places.next().is_none()).then_some(place)
}

/// The model in a file's bytes.
///
/// # Errors
/// If the bytes are no model file, are damaged in any bit, come from a newer version, or contradict themselves.
pub fn from_bytes(file: &[u8]) -> Result<Model, Error> {
    refuse_foreign(file)?;
    let header = read_header(file)?;
    strict_json::check(header)
        .map_err(|reason| not_a_model(format!("its header is not valid JSON: {reason}")))?;
    let digest = find_digest(header);
    if let Some(place) = digest {
        verify(file, 8 + place)?;
    }
    let tensors = SafeTensors::deserialize(file).map_err(|error| damaged(error.to_string()))?;
    let description = description_of(header)?;
    refuse_newer(&description)?;
    if digest.is_none() {
        return Err(not_a_model("it has no SHA-256 digest".to_owned()));
    }
    strict_json::check(&description)
        .map_err(|reason| damaged(format!("its description is not valid: {reason}")))?;
    let description: Description<'_> = serde_json::from_str(&description)
        .map_err(|error| damaged(format!("its description is not valid: {error}")))?;
    assemble(description, &tensors)
}

fn not_a_model(reason: String) -> Error {
    Error::NotAModel { reason }
}

fn damaged(reason: String) -> Error {
    Error::DamagedModel { reason }
}

/// Files that are known by their first bytes get a better answer than "not a model".
fn refuse_foreign(file: &[u8]) -> Result<(), Error> {
    let starts = |magic: &[u8]| file.starts_with(magic);
    // A short safetensors header can begin with the bytes of a pickle or of ONNX, but zeros follow then.
    let is_length = file.get(2..8) == Some(&[0; 6]);
    let third = file.get(2).copied().unwrap_or(0);
    let (kind, help) = if starts(b"PK\x03\x04") {
        (
            "a zip archive, as .pt, .pth and .keras files are",
            "save its weights as safetensors, or train again here",
        )
    } else if starts(b"\x89HDF\r\n\x1a\n") {
        ("an HDF5 file, as .h5 files are", "save its weights as safetensors, or train again here")
    } else if starts(b"GGUF") {
        ("a GGUF file", "Gradus reads only its own models; train one here")
    } else if starts(b"\x80") && !is_length && matches!(file.get(1), Some(2..=5)) {
        ("a Python pickle, which can run code when it is opened", "train again here")
    } else if starts(b"\x08") && matches!(third, 0x12 | 0x1a | 0x22 | 0x3a | 0x42) {
        ("an ONNX file", "Gradus writes ONNX but does not read it; give the model.gradus")
    } else if starts(b"\x1f\x8b") {
        ("compressed with gzip", "decompress it first")
    } else {
        return Ok(());
    };
    Err(Error::ForeignModel { kind, help })
}

/// The header's text.
fn read_header(file: &[u8]) -> Result<&str, Error> {
    let Some((length, rest)) = file.split_first_chunk::<8>() else {
        return Err(not_a_model(format!("it has {} bytes, and 8 are the least", file.len())));
    };
    let length = u64::from_le_bytes(*length);
    if length == 0 || length > MAX_HEADER as u64 {
        return Err(not_a_model(format!(
            "its header would be {length} bytes long, and {MAX_HEADER} are the most"
        )));
    }
    let Some(header) = rest.get(..length as usize) else {
        let bytes = rest.len();
        return Err(damaged(format!("its header should be {length} bytes long, but {bytes} bytes are left")));
    };
    match std::str::from_utf8(header) {
        Ok(header) if header.starts_with('{') => Ok(header),
        Ok(_) => Err(not_a_model("its header does not begin with `{`".to_owned())),
        Err(error) => {
            Err(not_a_model(format!("its header is not UTF-8 at byte {}", 8 + error.valid_up_to())))
        }
    }
}

/// Compares the digest, whose digits begin at `digits`, with the file's.
fn verify(file: &[u8], digits: usize) -> Result<(), Error> {
    let end = digits + DIGEST_DIGITS;
    let mut hasher = Sha256::new();
    hasher.update(&file[..digits]);
    hasher.update([b'0'; DIGEST_DIGITS]);
    hasher.update(&file[end..]);
    match hex(&hasher.finalize()).as_bytes() == &file[digits..end] {
        true => Ok(()),
        false => Err(damaged("its SHA-256 digest does not match its content".to_owned())),
    }
}

/// The metadata's `gradus` entry.
fn description_of(header: &str) -> Result<String, Error> {
    #[derive(Deserialize)]
    struct Header {
        #[serde(rename = "__metadata__")]
        metadata: Option<Metadata>,
    }
    #[derive(Deserialize)]
    struct Metadata {
        gradus: Option<String>,
    }
    let header: Header = serde_json::from_str(header).map_err(|error| not_a_model(error.to_string()))?;
    header
        .metadata
        .and_then(|metadata| metadata.gradus)
        .ok_or_else(|| not_a_model("it is a safetensors file without Gradus's metadata".to_owned()))
}

fn refuse_newer(description: &str) -> Result<(), Error> {
    let version: Version = serde_json::from_str(description)
        .map_err(|error| damaged(format!("its description has no format version: {error}")))?;
    match version.format {
        FORMAT => Ok(()),
        0 => Err(damaged("its format version is 0".to_owned())),
        found => Err(Error::NewerModel { found, known: FORMAT }),
    }
}

fn assemble(description: Description<'_>, tensors: &SafeTensors<'_>) -> Result<Model, Error> {
    let architecture = Architecture {
        inputs: description.inputs,
        hidden: description.hidden.iter().map(|layer| (layer.units, layer.activation)).collect(),
        outputs: description.outputs,
        link: description.link,
    };
    let network = match &*description.precision {
        "f32" => AnyNetwork::F32(read_network(&architecture, tensors, f32::from_le_bytes)?),
        "f64" => AnyNetwork::F64(read_network(&architecture, tensors, f64::from_le_bytes)?),
        other => return Err(damaged(format!("its precision is `{other}`, neither f32 nor f64"))),
    };
    let model = Model {
        prep: description.prep.into_owned(),
        network,
        coding: description.coding.into_owned(),
        record: description.record.into_owned(),
    };
    match model.misfit() {
        Some(reason) => Err(damaged(reason)),
        None => Ok(model),
    }
}

/// The layers' tensors in one buffer; each must be there, of the right shape, and finite, and no other.
fn read_network<R: Real, const BYTES: usize>(
    architecture: &Architecture,
    tensors: &SafeTensors<'_>,
    number: fn([u8; BYTES]) -> R,
) -> Result<Network<R>, Error> {
    let layers = architecture.layers().map_err(|error| damaged(error.to_string()))?;
    if tensors.len() != 2 * layers.len() {
        let (found, expected) = (tensors.len(), 2 * layers.len());
        return Err(damaged(format!("it holds {found} tensors, and its network has {expected}")));
    }
    let mut parameters = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        for (part, shape) in [("weights", vec![layer.outputs, layer.inputs]), ("biases", vec![layer.outputs])]
        {
            let name = format!("layers.{index}.{part}");
            let bytes = tensor_of::<R>(tensors, &name, &shape)?;
            let (numbers, _) = bytes.as_chunks::<BYTES>();
            parameters.extend(numbers.iter().map(|&bytes| number(bytes)));
            let bad =
                parameters[parameters.len() - numbers.len()..].iter().filter(|w| !w.is_finite()).count();
            if bad > 0 {
                return Err(Error::ModelNotFinite { tensor: name, count: bad });
            }
        }
    }
    Network::from_parameters(architecture, parameters).map_err(|error| damaged(error.to_string()))
}

/// The bytes of a tensor, as many as `shape` and the precision ask for.
fn tensor_of<'a, R: Real>(tensors: &SafeTensors<'a>, name: &str, shape: &[usize]) -> Result<&'a [u8], Error> {
    let tensor = tensors.tensor(name).map_err(|_| damaged(format!("the tensor `{name}` is missing")))?;
    let dtype = dtype_of::<R>();
    if tensor.dtype() != dtype || tensor.shape() != shape {
        let (found_dtype, found) = (tensor.dtype(), tensor.shape());
        return Err(damaged(format!(
            "the tensor `{name}` is {found_dtype:?} {found:?}, and its network has {dtype:?} {shape:?}"
        )));
    }
    Ok(tensor.data())
}
