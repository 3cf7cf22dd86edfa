//! Ships published versions to another region.
