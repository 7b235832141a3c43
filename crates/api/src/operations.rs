//! The table of contents: one line an operation, in reading order. A file that is not listed here
//! does not exist; tidy checks that none is forgotten.

use crate::operation::{Invalid, Operation};

macro_rules! operations {
    ($($module:ident),+ $(,)?) => {
        $(pub mod $module;)+

        /// Every operation that is served.
        pub static OPERATIONS: &[&Operation] = &[$(&$module::OPERATION),+];
    };
}

operations! {
    create_physical_connection_occupancy_order,
}

/// The operation that a call's (Version, Action) pair selects.
pub fn find(version: Option<&str>, action: Option<&str>) -> Result<&'static Operation, Invalid> {
    let action = action.filter(|text| !text.is_empty());
    let action = action.ok_or_else(|| Invalid::missing("Action"))?;
    let version = version.filter(|text| !text.is_empty());
    let version = version.ok_or_else(|| Invalid::missing("Version"))?;
    let mut known = false;
    for operation in OPERATIONS {
        if operation.product.version == version {
            known = true;
            if operation.name == action {
                return Ok(operation);
            }
        }
    }
    if known {
        // SOURCE: wire dossier 3.3.
        return Err(Invalid::new(
            404,
            "InvalidAction.NotFound",
            "Specified api is not found, please check your url and method.",
        ));
    }
    Err(Invalid::invalid("Version"))
}
