//! Runs one failing call of the shop: shop ERROR VALUE [direct|deep]; THREAD=1 calls it in a thread with a name.
mod checkout;
mod customers;
mod orders;
mod prices;
mod stock;

fn call(error: &str, value: &str) {
    match error {
        "price" => drop(prices::amount(value)),
        "stock" => drop(stock::amount(value)),
        "order" => orders::load(value),
        "customer" => customers::load(value),
        "cart-empty" => checkout::pay("cart is empty"),
        "card-expired" => checkout::pay("card has expired"),
        "refused" => drop(checkout::confirm(value)),
        "expected" => drop(checkout::number_of(value)),
        "out-of-range" => drop(orders::line(value.len())),
        "overflow" => drop(orders::share(value.len() as u8)),
        "differs" => customers::compare(value),
        _ => panic!("no such error"),
    }
}

#[inline(never)]
fn deep(error: &str, value: &str, depth: usize) {
    if depth == 0 {
        call(error, value);
    } else {
        deep(error, value, depth - 1);
    }
}

fn run(words: Vec<String>) {
    if words[3] == "deep" {
        deep(&words[1], &words[2], 2);
    } else {
        call(&words[1], &words[2]);
    }
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    if std::env::var("THREAD").is_ok() {
        let worker = std::thread::Builder::new().name("worker-7".to_string());
        drop(worker.spawn(move || run(words)).unwrap().join());
    } else {
        run(words);
    }
}
