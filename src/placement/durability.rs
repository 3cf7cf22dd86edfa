//! What a geometry survives, and how seldom it does not.

use cairn_types::Geometry;

/// Whether a blob is still whole after `lost` of its failure domains are lost.
pub fn survives(geometry: Geometry, lost: u8) -> bool {
    lost <= geometry.parity()
}

/// How disks fail and are rebuilt.
#[derive(Clone, Copy, Debug)]
pub struct DiskFailures {
    /// Failures per disk and year (0.02: two of a hundred disks a year).
    pub per_year: f64,
    /// Hours until the fragments of a failed disk exist again elsewhere.
    pub rebuild_hours: f64,
}

/// Expected losses per year of a placement group: `n·λ · Π (n−i)·λ·T` for `i` from 1 to `m`: one disk of `n` fails, then
/// `m` more before the rebuild, which takes `T`, is done. Failures are taken as independent, so this is a lower bound:
/// it compares geometries, it does not promise.
pub fn loss_per_year(geometry: Geometry, failures: DiskFailures) -> f64 {
    let (disks, rebuild_years) = (f64::from(geometry.fragments()), failures.rebuild_hours / (365.25 * 24.0));
    let further = (1..=geometry.parity()).map(|lost| (disks - f64::from(lost)) * failures.per_year * rebuild_years);
    disks * failures.per_year * further.product::<f64>()
}

#[cfg(test)]
mod tests {
    use cairn_types::Geometry;

    use super::{DiskFailures, loss_per_year, survives};

    fn geometry(data: u8, parity: u8) -> Geometry {
        Geometry::new(data, parity).expect("valid")
    }

    #[test]
    fn a_blob_survives_as_many_losses_as_it_has_parity() {
        assert!(survives(geometry(4, 2), 2) && !survives(geometry(4, 2), 3));
        assert!(survives(geometry(1, 0), 0) && !survives(geometry(1, 0), 1));
    }

    #[test]
    fn more_parity_and_faster_rebuild_lose_less() {
        let failures = DiskFailures { per_year: 0.02, rebuild_hours: 24.0 };
        let loss = |data, parity| loss_per_year(geometry(data, parity), failures);
        assert!((loss(1, 0) - 0.02).abs() < 1e-12);
        assert!(loss(8, 4) < loss(4, 2) && loss(4, 2) < loss(1, 1) && loss(1, 2) < loss(4, 2));
        let faster = DiskFailures { rebuild_hours: 1.0, ..failures };
        assert!(loss_per_year(geometry(4, 2), faster) < loss(4, 2) / 500.0);
    }
}
