// One place that fails with several messages, and errors that are unwrapped.
#[derive(Debug)]
#[allow(dead_code)]
pub struct PaymentError {
    card: String,
    source: std::num::ParseIntError,
}

pub fn pay(reason: &str) {
    panic!("{}", reason);
}

fn charge(card: &str) -> Result<u64, PaymentError> {
    format!("A{}", card).parse().map_err(|source| PaymentError { card: card.to_string(), source })
}

pub fn confirm(card: &str) -> u64 {
    charge(card).unwrap()
}

pub fn number_of(card: &str) -> u64 {
    charge(card).expect("card has no number")
}
