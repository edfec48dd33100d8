//! Who takes part: Gradus, and the peers for which there is a Python.

use super::workload::Workload;
use crate::python::python_with;
use crate::stage::succeeds;
use std::path::Path;

/// A peer in one of its modes; the second word is empty where it has only one.
pub(super) type Mode = (&'static str, &'static str);

pub(super) const GRADUS: &str = "Gradus";
const PYTORCH: &str = "PyTorch";
const SCIKIT_LEARN: &str = "scikit-learn";

const TRAINING_MODES: [Mode; 5] =
    [(PYTORCH, "eager"), (PYTORCH, "fused"), (PYTORCH, "compile"), (PYTORCH, "bf16"), (SCIKIT_LEARN, "")];
const PREDICTION_MODES: [Mode; 3] = [(PYTORCH, "eager"), (PYTORCH, "compile"), (PYTORCH, "bf16")];
/// On a GPU, and beside it those on the processor that need no compiler, which takes a minute for each network.
const GPU_TRAINING_MODES: [Mode; 5] = [
    (PYTORCH, "fused"),
    (PYTORCH, "bf16"),
    (PYTORCH, "GPU fused"),
    (PYTORCH, "GPU graph"),
    (PYTORCH, "GPU bf16"),
];
const GPU_PREDICTION_MODES: [Mode; 5] = [
    (PYTORCH, "eager"),
    (PYTORCH, "bf16"),
    (PYTORCH, "GPU eager"),
    (PYTORCH, "GPU graph"),
    (PYTORCH, "GPU bf16"),
];
/// One mode that needs no compiler shows how a peer grows.
pub(super) const GROWTH_MODES: [Mode; 1] = [(PYTORCH, "fused")];

/// Packages, and the module of each that is imported.
const PACKAGES: [(&str, &[&str], &str); 2] = [
    (PYTORCH, &["numpy", "torch"], "benches/peers/pytorch_throughput.py"),
    (SCIKIT_LEARN, &["sklearn"], "benches/peers/scikit_learn_throughput.py"),
];

/// Everyone who takes part.
pub(super) struct Programs {
    pub(super) gradus: Program,
    peers: Vec<Program>,
}

/// How one of them is started.
pub(super) struct Program {
    pub(super) name: &'static str,
    /// Program and first arguments.
    command: Vec<String>,
}

impl Programs {
    /// Our program, and the peers that are installed; says how to have the others.
    pub(super) fn find(throughput: &Path) -> Self {
        let ours = throughput.to_string_lossy().into_owned();
        let peer = |(name, modules, script): (&'static str, &[&str], &str)| {
            let python = python_with(modules).inspect_err(|_| println!("   {}", offer(name))).ok()?;
            Some(Program { name, command: vec![python, script.to_owned()] })
        };
        let peers = PACKAGES.into_iter().filter_map(peer).collect();
        Self { gradus: Program { name: GRADUS, command: vec![ours] }, peers }
    }

    /// The peer of that name, if it is there.
    pub(super) fn peer(&self, name: &str) -> Option<&Program> {
        self.peers.iter().find(|peer| peer.name == name)
    }

    /// The Python that runs PyTorch, if one does.
    pub(super) fn pytorch_python(&self) -> Option<&str> {
        Some(self.peer(PYTORCH)?.command[0].as_str())
    }

    /// Whether PyTorch finds a GPU.
    pub(super) fn have_gpu(&self) -> bool {
        let asked = "import sys, torch; sys.exit(not torch.cuda.is_available())";
        self.pytorch_python().is_some_and(|python| succeeds(&[python, "-c", asked]))
    }

    /// The names of the peers that are not there.
    pub(super) fn absent(&self) -> Vec<&'static str> {
        PACKAGES.into_iter().map(|(name, ..)| name).filter(|name| self.peer(name).is_none()).collect()
    }
}

impl Program {
    /// The command that does a job in one mode.
    pub(super) fn command(&self, work: &str, workload: &Workload, mode: &str, threads: usize) -> Vec<String> {
        let job = workload.job(work, mode, threads).to_string();
        match self.name {
            GRADUS => self.with(&["job", &job]),
            _ => self.with(&[&job]),
        }
    }

    /// The command with other arguments.
    pub(super) fn with(&self, arguments: &[&str]) -> Vec<String> {
        self.command.iter().map(String::as_str).chain(arguments.iter().copied()).map(str::to_owned).collect()
    }
}

/// In which modes the peers learn.
pub(super) fn training_modes(with_gpu: bool) -> &'static [Mode] {
    if with_gpu { &GPU_TRAINING_MODES } else { &TRAINING_MODES }
}

/// In which modes the peers predict.
pub(super) fn prediction_modes(with_gpu: bool) -> &'static [Mode] {
    if with_gpu { &GPU_PREDICTION_MODES } else { &PREDICTION_MODES }
}

/// Whether a mode of a peer is one on a GPU.
pub(super) fn is_on_gpu(mode: &str) -> bool {
    mode.starts_with("GPU ")
}

fn offer(name: &str) -> String {
    format!(
        "{name} is not there and is left out; to install the peers: cargo xtask bench --install (pip install torch scikit-learn into target/peers), or set GRADUS_PYTHON"
    )
}
