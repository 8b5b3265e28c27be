// Reads like prices.rs on purpose.
use std::collections::HashMap;

pub fn amount(sku: &str) -> u32 {
    let shelves: HashMap<&str, u32> = HashMap::new();
    shelves.get(sku).unwrap() * 3
}
