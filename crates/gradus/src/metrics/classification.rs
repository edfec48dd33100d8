//! One class out of several: the confusion matrix and what follows from it, and how good the probabilities are.
//!
//! With c\[t\]\[p\] the weight of the rows of class t that are given to class p: recall of a class is c\[t\]\[t\] over its row's
//! sum, precision is c\[t\]\[t\] over its column's sum, F1 is 2 c\[t\]\[t\] over both sums together.

use super::{Metric, Weights, mean, ratio, roc_auc, surprise};
use crate::Matrix;
use crate::data::Target;
use serde::{Serialize, Serializer};

/// Everything that can be said about predicted classes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassificationReport {
    /// The share of rows with the right class.
    pub accuracy: f64,
    /// The mean recall of the classes that occur.
    pub balanced_accuracy: f64,
    /// Mean over the classes that occur among targets or predictions.
    pub precision: f64,
    /// Mean over the classes that occur among targets or predictions.
    pub recall: f64,
    /// Mean over the classes that occur among targets or predictions.
    pub f1: f64,
    /// The mean of −ln of the probability given to the true class; NaN for a model that gives no probabilities.
    pub log_loss: f64,
    /// The area under the ROC curve; with more than two classes each against the rest, and the mean of them. NaN where a
    /// class does not occur.
    pub roc_auc: f64,
    /// The share of rows whose class is among the five most probable, where there are more than five.
    pub top_5: Option<f64>,
    /// Each class by itself.
    pub classes: Vec<ClassReport>,
    /// The weight of the rows of each class (row) by predicted class (column), (classes, classes).
    #[serde(serialize_with = "as_rows")]
    pub confusion: Matrix<f64>,
}

/// One class.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassReport {
    /// Its name.
    pub class: String,
    /// Of the rows given to it, the share that belongs to it.
    pub precision: f64,
    /// Of its rows, the share that is given to it.
    pub recall: f64,
    /// The harmonic mean of the two.
    pub f1: f64,
    /// The weight of its rows.
    pub support: f64,
}

impl ClassificationReport {
    /// Everything about `predictions`, (n, classes) probabilities, where row i counts `weights[i]`.
    ///
    /// # Panics
    /// If the target is no class, or the numbers of rows or classes differ.
    pub fn new(predictions: &Matrix<f64>, target: &Target, weights: Option<&[f64]>) -> Self {
        let Target::Classes { codes, names, .. } = target else { panic!("the target is no class") };
        assert_eq!((predictions.rows(), predictions.columns()), (codes.len(), names.len()));
        let confusion = confusion(predictions, codes, Weights { each: weights });
        let of = |metric| super::score(metric, predictions, target, weights);
        let classes = (0..names.len()).map(|class| ClassReport {
            class: names[class].clone(),
            precision: precision(&confusion, class),
            recall: recall(&confusion, class),
            f1: f1(&confusion, class),
            support: row_sum(&confusion, class),
        });
        Self {
            accuracy: of(Metric::Accuracy),
            balanced_accuracy: of(Metric::BalancedAccuracy),
            precision: of(Metric::Precision),
            recall: of(Metric::Recall),
            f1: of(Metric::F1),
            log_loss: of(Metric::LogLoss),
            roc_auc: of(Metric::RocAuc),
            top_5: (names.len() > 5).then(|| of(Metric::TopK { k: 5 })),
            classes: classes.collect(),
            confusion,
        }
    }
}

/// The class with the largest probability, the first of equal ones.
pub fn most_probable(probabilities: &[f64]) -> usize {
    let mut best = 0;
    for (class, &p) in probabilities.iter().enumerate() {
        if p > probabilities[best] {
            best = class;
        }
    }
    best
}

pub(super) fn score(metric: Metric, predictions: &Matrix<f64>, codes: &[u32], weights: Weights<'_>) -> f64 {
    let (n, classes) = (codes.len(), predictions.columns());
    let is_right = |i: usize| most_probable(predictions.row(i)) == codes[i] as usize;
    let macro_mean = |of: fn(&Matrix<f64>, usize) -> f64| {
        let confusion = confusion(predictions, codes, weights);
        let occurs = |&class: &usize| row_sum(&confusion, class) + column_sum(&confusion, class) > 0.0;
        mean((0..classes).filter(occurs).map(|class| of(&confusion, class)))
    };
    match metric {
        Metric::Accuracy => weights.mean(n, |i| f64::from(is_right(i))),
        Metric::BalancedAccuracy => {
            let confusion = confusion(predictions, codes, weights);
            let occurs = |&class: &usize| row_sum(&confusion, class) > 0.0;
            mean((0..classes).filter(occurs).map(|class| recall(&confusion, class)))
        }
        Metric::Precision => macro_mean(precision),
        Metric::Recall => macro_mean(recall),
        Metric::F1 => macro_mean(f1),
        Metric::LogLoss => weights.mean(n, |i| surprise(predictions.row(i)[codes[i] as usize])),
        Metric::RocAuc => {
            let of = |class: usize| {
                roc_auc(n, |i| predictions.row(i)[class], |i| codes[i] as usize == class, weights)
            };
            if classes == 2 { of(1) } else { mean((0..classes).map(of)) }
        }
        Metric::TopK { k } => weights.mean(n, |i| f64::from(rank(predictions.row(i), codes[i] as usize) < k)),
        Metric::Loss | Metric::Mse | Metric::Rmse | Metric::Mae | Metric::MaxError | Metric::R2 => f64::NAN,
    }
}

/// How many classes come before `class`: those more probable, and of equally probable ones those before it.
fn rank(probabilities: &[f64], class: usize) -> usize {
    let own = probabilities[class];
    let before = |&(other, &p): &(usize, &f64)| p > own || p == own && other < class;
    probabilities.iter().enumerate().filter(before).count()
}

/// How many rows of each class (row) are given to each (column), (classes, classes).
///
/// # Panics
/// If a prediction is missing, or a class has no column.
pub fn confusion_matrix(predictions: &Matrix<f64>, codes: &[u32]) -> Matrix<f64> {
    confusion(predictions, codes, Weights { each: None })
}

fn confusion(predictions: &Matrix<f64>, codes: &[u32], weights: Weights<'_>) -> Matrix<f64> {
    let mut confusion = Matrix::zeros(predictions.columns(), predictions.columns());
    for (i, &code) in codes.iter().enumerate() {
        confusion.row_mut(code as usize)[most_probable(predictions.row(i))] += weights.of(i);
    }
    confusion
}

fn row_sum(confusion: &Matrix<f64>, class: usize) -> f64 {
    confusion.row(class).iter().sum()
}

fn column_sum(confusion: &Matrix<f64>, class: usize) -> f64 {
    confusion.iter_rows().map(|row| row[class]).sum()
}

fn precision(confusion: &Matrix<f64>, class: usize) -> f64 {
    ratio(confusion.row(class)[class], column_sum(confusion, class))
}

fn recall(confusion: &Matrix<f64>, class: usize) -> f64 {
    ratio(confusion.row(class)[class], row_sum(confusion, class))
}

fn f1(confusion: &Matrix<f64>, class: usize) -> f64 {
    let both = row_sum(confusion, class) + column_sum(confusion, class);
    ratio(2.0 * confusion.row(class)[class], both)
}

fn as_rows<S: Serializer>(matrix: &Matrix<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(matrix.iter_rows())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(codes: &[u32], n_classes: usize) -> Target {
        let names = (0..n_classes).map(|class| class.to_string()).collect();
        Target::Classes { name: "class".into(), codes: codes.to_vec(), names }
    }

    const CODES: [u32; 8] = [0, 1, 2, 2, 1, 0, 2, 2];
    #[rustfmt::skip]
    const PROBABILITIES: [f64; 24] = [
        0.7, 0.2, 0.1,  0.3, 0.4, 0.3,  0.2, 0.2, 0.6,  0.5, 0.3, 0.2,
        0.1, 0.8, 0.1,  0.4, 0.4, 0.2,  0.3, 0.1, 0.6,  0.2, 0.5, 0.3,
    ];
    const WEIGHTS: [f64; 8] = [1.0, 2.0, 1.0, 0.5, 1.0, 3.0, 1.0, 2.0];

    /// The numbers are those of accuracy_score, balanced_accuracy_score, precision_recall_fscore_support
    /// (average="macro"), log_loss, roc_auc_score (multi_class="ovr") and top_k_accuracy_score of scikit-learn 1.9.
    #[test]
    fn scores_agree_with_scikit_learn() {
        let predictions = Matrix::from_vec(8, 3, PROBABILITIES.to_vec());
        let check = |metric: &str, plain: f64, weighted: f64| {
            let metric = metric.parse().unwrap();
            for (weights, expected) in [(None, plain), (Some(&WEIGHTS[..]), weighted)] {
                let found = super::super::score(metric, &predictions, &classes(&CODES, 3), weights);
                assert!((found - expected).abs() < 1e-12, "{metric}: {found}, not {expected}");
            }
        };
        check("accuracy", 0.75, 0.782608695652174);
        check("balanced_accuracy", 0.8333333333333334, 0.8148148148148149);
        check("precision", 0.7777777777777777, 0.8296296296296296);
        check("recall", 0.8333333333333334, 0.8148148148148149);
        check("f1", 0.7555555555555555, 0.7688536953242835);
        check("log_loss", 0.7809327404116588, 0.8170076493064888);
        check("roc_auc", 0.888888888888889, 0.8521475256769374);
        check("top_k:k=2", 0.875, 0.9565217391304348);
        check("top_k:k=3", 1.0, 1.0);
    }

    #[test]
    fn a_report_has_each_class_and_the_confusion() {
        let predictions = Matrix::from_vec(8, 3, PROBABILITIES.to_vec());
        let report = ClassificationReport::new(&predictions, &classes(&CODES, 3), Some(&WEIGHTS));
        assert_eq!(report.confusion.as_slice(), [4.0, 0.0, 0.0, 0.0, 3.0, 0.0, 0.5, 2.0, 2.0]);
        let last = &report.classes[2];
        assert_eq!((last.precision, last.support), (1.0, 4.5));
        assert!(
            (last.recall - 0.4444444444444444).abs() < 1e-15 && (last.f1 - 0.6153846153846154).abs() < 1e-15
        );
        assert_eq!(report.top_5, None);
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["confusion"][2], serde_json::json!([0.5, 2.0, 2.0]));
    }

    #[test]
    fn nothing_is_divided_by_nothing() {
        let check = |codes: &[u32], predicted: &[usize], n_classes: usize, metric: Metric, expected: f64| {
            let mut predictions = Matrix::zeros(codes.len(), n_classes);
            predicted.iter().enumerate().for_each(|(i, &class)| predictions.row_mut(i)[class] = 1.0);
            let found = super::super::score(metric, &predictions, &classes(codes, n_classes), None);
            assert!((found - expected).abs() < 1e-12, "{metric}: {found}");
        };
        // Class 2 is never predicted and class 3 does not occur at all; scikit-learn with zero_division=0.
        check(&[0, 1, 2], &[0, 1, 1], 4, Metric::Precision, 0.5);
        check(&[0, 1, 2], &[0, 1, 1], 4, Metric::F1, 0.5555555555555556);
        check(&[0, 0, 1], &[0, 2, 1], 4, Metric::Recall, 0.5);
        check(&[0, 0, 1], &[0, 2, 1], 4, Metric::BalancedAccuracy, 0.75);
        // A wrong certainty: log_loss([0, 1], [[1, 0], [1, 0]]).
        check(&[0, 1], &[0, 0], 2, Metric::LogLoss, 18.021826694558577);
    }
}
