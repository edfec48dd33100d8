//! What a run leaves behind: `spec.toml`, `history.csv`, `report.html` and, last, `model.gradus`.

use crate::files::RunFolder;
use crate::run::{Run, Trained};
use crate::{Error, report, results, spec_file};
use gradus::model_file;

/// Writes all files of a run.
///
/// # Errors
/// If the disk refuses; files that were written before are whole.
pub fn write(folder: &RunFolder, run: &Run, trained: &Trained) -> Result<(), Error> {
    folder.write("spec.toml", spec_file::write(&trained.spec, &remarks(trained)).as_bytes())?;
    folder.write("history.csv", results::history_csv(trained).as_bytes())?;
    folder.write("report.html", report::html(run, trained).as_bytes())?;
    folder.write("model.gradus", &model_file::to_bytes(&trained.model))
}

fn remarks(trained: &Trained) -> Vec<String> {
    let record = &trained.model.record;
    let mut remarks = vec![
        format!("Gradus {}, instruction set {}.", record.version, record.instruction_set),
        "`gradus train --spec` with this file gives the same bits again.".to_owned(),
    ];
    if trained.was_stopped() {
        remarks
            .push(format!("That run was stopped in epoch {}; again it goes on to its end.", record.epochs));
    }
    remarks
}
