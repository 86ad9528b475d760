//! A door for the fuzz targets of `fuzz/`: what takes a pool id apart.

/// The Region in a pool id.
pub fn region_of_pool(user_pool_id: &str) -> Option<&str> {
    super::pool::region::of_pool(user_pool_id)
}
