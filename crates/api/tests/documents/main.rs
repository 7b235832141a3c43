//! What documents say of what is served: held against the vendor's own metadata, and committed.

mod fidelity;
mod generated;
mod meant;
mod pages;
mod reference;
mod samples;
