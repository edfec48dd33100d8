//! One step as a JSON object: the numbers as they are, f32 ones widened without rounding.

use super::{Convention, Step, View, chosen_layers};
use crate::Error;
use gradus::Real;
use gradus::explain::trace::{Change, ErrorTerm, LayerTrace, StepTrace, UnitTrace};
use serde_json::{Value, json};

pub(super) fn step<R: Real>(step: &Step, trace: &StepTrace<R>, view: View) -> Result<Value, Error> {
    let layers = chosen_layers(trace, view.layer)?;
    let layer = |at: usize| layer_json(at + 1, &trace.layers[at], view.convention);
    let inputs = trace.inputs.iter().zip(&step.inputs).enumerate();
    let last = trace.layers.last().map_or(&[][..], |layer| &layer.units);
    let outputs = last.iter().zip(&trace.targets).zip(trace.outputs_after.iter().zip(&step.outputs));
    Ok(json!({
        "trace": step.title,
        "precision": trace.precision,
        "convention": view.convention.to_string(),
        "loss": trace.loss,
        "output_activation": trace.link,
        "learning_rate": trace.learning_rate,
        "notes": step.notes,
        "inputs": inputs.map(|(at, (value, name))| json!({"unit": at + 1, "name": name, "value": value.to_f64()})).collect::<Value>(),
        "layers": layers.map(layer).collect::<Value>(),
        "outputs": outputs.map(|((unit, target), (after, name))| json!({
            "unit": unit.unit,
            "name": name,
            "target": target.to_f64(),
            "before": unit.output.to_f64(),
            "after": after.to_f64(),
        })).collect::<Value>(),
        "loss_before": trace.loss_before,
        "loss_after": trace.loss_after,
    }))
}

fn layer_json<R: Real>(number: usize, layer: &LayerTrace<R>, convention: Convention) -> Value {
    let units: Value =
        layer.units.iter().map(|unit| unit_json(layer.first_source, unit, convention)).collect();
    json!({"layer": number, "activation": layer.activation, "units": units})
}

fn unit_json<R: Real>(first_source: usize, unit: &UnitTrace<R>, convention: Convention) -> Value {
    let weight = |(at, (weight, part)): (usize, (&Change<R>, &R))| {
        let mut json = change_json(weight, 1.0);
        json["from"] = json!(first_source + at);
        json["part"] = json!(part.to_f64());
        json
    };
    let weights = unit.weights.iter().zip(&unit.net_parts).enumerate().map(weight);
    let (name, sign) = match convention {
        Convention::Bias => ("bias", 1.0),
        Convention::Threshold => ("threshold", -1.0),
    };
    let mut json = json!({
        "unit": unit.unit,
        "net_input": unit.net_input.to_f64(),
        "output": unit.output.to_f64(),
        "slope": unit.slope.map(|slope| slope.to_f64()),
        "delta": unit.delta.to_f64(),
        "weights": weights.collect::<Value>(),
        name: change_json(&unit.bias, sign),
    });
    match &unit.error {
        ErrorTerm::Output { target, error } => {
            json["target"] = json!(target.to_f64());
            json["error"] = json!(error.to_f64());
        }
        ErrorTerm::Hidden { parts } => {
            json["error_parts"] = parts.iter().map(|part| json!(part.to_f64())).collect();
        }
    }
    json
}

fn change_json<R: Real>(change: &Change<R>, sign: f64) -> Value {
    // 0 and not −0, whichever way it is counted.
    let of = |x: R| sign * x.to_f64() + 0.0;
    json!({
        "old": of(change.old),
        "gradient": of(change.gradient),
        "change": of(change.change),
        "new": of(change.new),
    })
}
