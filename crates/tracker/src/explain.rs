//! What each window contributed to an estimate, and the rows that say so.

use std::collections::BTreeMap;

use tracker_domain::{FinalizedWindow, RowRef, WindowId};
use tracker_windows::canonical::finalized;
use tracker_windows::units::{ProviderUnits, Unit};

/// One unit's part in E, or a window that has none.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// The windows of the unit, each with the finalize row that counts.
    pub windows: Vec<(String, String)>,
    /// Features.
    pub features: f64,
    /// Capacity used; `None` for a window that is left out.
    pub capacity: Option<f64>,
    /// Its share of the capacity.
    pub share: Option<f64>,
    /// E of the other units; `None` when there are none.
    pub efficiency_without: Option<f64>,
    /// Why it is left out.
    pub excluded: Option<String>,
}

/// Returns the parts of every unit in order of time, then the windows left out.
pub(crate) fn contributions(provider: &ProviderUnits, rows: &[FinalizedWindow]) -> Vec<Contribution> {
    let rows = Finalized::of(rows);
    let left_out = provider.excluded.iter().map(|out| Contribution {
        windows: vec![rows.named(&out.window)],
        features: out.features,
        capacity: None,
        share: None,
        efficiency_without: None,
        excluded: Some(out.reason.to_string()),
    });
    counted(&provider.units, &rows).into_iter().chain(left_out).collect()
}

/// Returns the parts of some units, such as those of an arm, in their order.
pub(crate) fn parts(units: &[Unit], rows: &[FinalizedWindow]) -> Vec<Contribution> {
    counted(units, &Finalized::of(rows))
}

fn counted(units: &[Unit], rows: &Finalized<'_>) -> Vec<Contribution> {
    let sum = |of: fn(&Unit) -> f64| units.iter().map(of).sum::<f64>();
    let (all_x, all_y) = (sum(|unit| unit.capacity), sum(|unit| unit.features));
    let part = |unit: &Unit| {
        let left = all_x - unit.capacity;
        Contribution {
            windows: unit.windows.iter().map(|window| rows.named(window)).collect(),
            features: unit.features,
            capacity: Some(unit.capacity),
            share: (all_x > 0.0).then(|| unit.capacity / all_x),
            efficiency_without: (left > 0.0).then(|| (all_y - unit.features) / left),
            excluded: None,
        }
    };
    units.iter().map(part).collect()
}

/// The finalize row that counts for each window.
struct Finalized<'a>(BTreeMap<&'a WindowId, &'a RowRef>);

impl<'a> Finalized<'a> {
    fn of(rows: &'a [FinalizedWindow]) -> Self {
        Self(finalized(rows).into_iter().map(|(window, rows)| (window, &rows.canonical.row)).collect())
    }

    fn named(&self, window: &WindowId) -> (String, String) {
        (window.to_string(), self.0.get(window).map(ToString::to_string).unwrap_or_default())
    }
}
