//! What README says is served.

use crate::check::OF_OWNERS;
use crate::derived::portal::{operations, products};
use crate::edition::Edition;
use crate::operations::OPERATIONS;
use std::fmt::Write as _;

/// Between these two lines of README stands [`served`].
pub const MARKS: [&str; 2] =
    ["<!-- served: made by `cargo xtask generate` -->", "<!-- /served -->"];

/// The operations that are served, by product, and what is taken without effect.
pub fn served() -> String {
    let mut text = String::from("| product | operations |\n|---|---|\n");
    for product in products() {
        let names: Vec<&str> =
            operations(product, Edition::DEFAULT).map(|operation| operation.name).collect();
        let (name, version) = (product.name, product.version);
        let _ = writeln!(text, "| {name} {version} | {} |", names.join(", "));
    }
    text.push_str(
        "\nTaken without effect, and named in `x-crossconnect-ignored` when asked for:\n",
    );
    let mut idle: Vec<([&str; 3], Vec<&str>)> = Vec::new();
    for operation in OPERATIONS {
        for spec in operation.parameters {
            let Some(why) = spec.without_effect else { continue };
            let what = [spec.name, operation.product.name, why];
            match idle.iter_mut().find(|(known, _)| *known == what) {
                Some((_, operations)) => operations.push(operation.name),
                None => idle.push((what, vec![operation.name])),
            }
        }
    }
    for ([name, product, why], operations) in idle {
        let _ = writeln!(text, "* `{name}` of {} ({product}): {why}", operations.join(", "));
    }
    let names = OF_OWNERS.map(|name| format!("`{name}`")).join(", ");
    let _ = writeln!(
        text,
        "* {names} of operations that have none of their own: whose things they are, the key says"
    );
    text
}

/// README with what is served as it is now; `None` if the marks are missing.
pub fn renewed(readme: &str) -> Option<String> {
    super::between(readme, MARKS, &format!("\n{}", served()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_the_marks_is_renewed_and_nothing_else() {
        let readme = format!("a\n{}\nold\n{}\nb\n", MARKS[0], MARKS[1]);
        let renewed = renewed(&readme).expect("both marks");
        assert!(renewed.starts_with("a\n") && renewed.ends_with("\nb\n"));
        assert!(renewed.contains("BssOpenApi 2017-12-14 | QueryAccountBalance"));
        assert!(renewed.contains("* `DeviceAdvancedCapacity` of ") && !renewed.contains("old"));
        assert_eq!(super::renewed(&renewed), Some(renewed.clone()));
        assert_eq!(super::renewed("no marks"), None);
    }
}
