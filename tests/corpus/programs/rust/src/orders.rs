// load has a namesake in customers.rs.
pub fn load(number: &str) {
    panic!("no record {} of 2026-03-01 in /var/lib/shop/{}.json", number, number);
}

pub fn line(index: usize) -> String {
    let lines = vec!["tea".to_string()];
    lines[index].clone()
}

pub fn share(people: u8) -> u8 {
    100 / (people - people)
}
