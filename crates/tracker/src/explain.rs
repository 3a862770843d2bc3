//! What each window contributed to an estimate, and the rows that say so.

use std::collections::BTreeMap;

use tracker_domain::{FinalizedWindow, RowRef, WindowId};
use tracker_windows::canonical::finalized;
use tracker_windows::units::ProviderUnits;

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
    let rows: BTreeMap<&WindowId, &RowRef> =
        finalized(rows).into_iter().map(|(window, rows)| (window, &rows.canonical.row)).collect();
    let named = |window: &WindowId| {
        (window.to_string(), rows.get(window).map(ToString::to_string).unwrap_or_default())
    };
    let (all_x, all_y) = (provider.total_capacity(), provider.total_features());
    let counted = provider.units.iter().map(|unit| {
        let left = all_x - unit.capacity;
        Contribution {
            windows: unit.windows.iter().map(named).collect(),
            features: unit.features,
            capacity: Some(unit.capacity),
            share: (all_x > 0.0).then(|| unit.capacity / all_x),
            efficiency_without: (left > 0.0).then(|| (all_y - unit.features) / left),
            excluded: None,
        }
    });
    let left_out = provider.excluded.iter().map(|out| Contribution {
        windows: vec![named(&out.window)],
        features: out.features,
        capacity: None,
        share: None,
        efficiency_without: None,
        excluded: Some(out.reason.to_string()),
    });
    counted.chain(left_out).collect()
}
