use std::collections::HashMap;

pub fn amount(sku: &str) -> u32 {
    let prices: HashMap<&str, u32> = HashMap::new();
    prices.get(sku).unwrap() * 2
}
