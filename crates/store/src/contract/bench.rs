//! What the suite knows of a store under test.

use crate::Store;
use domain::Rules;
use domain::audit::Books;

/// A store under test, and the hands on it that a test needs.
pub trait Bench {
    /// The store.
    fn store(&self) -> &dyn Store;

    /// No batch is begun while `ask` runs, and what it proposes is one batch.
    fn hold(&self, ask: &mut dyn FnMut(&dyn Store));

    /// All that is kept, as an audit reads it beside the store.
    fn books(&self) -> Vec<(String, Books)>;

    /// Closes the store and opens what it left.
    fn open_again(&mut self);
}

/// Makes a bench with a new store on it. The store has these rules, and checks that nothing is read
/// of others than the parties.
pub type Open = dyn Fn(Rules) -> Box<dyn Bench>;
