//! A few seeds on every run of the tests, `CROSSCONNECT_SEEDS` of them if that is set;
//! `cargo xtask sim` runs as many as one likes.

use sim::plan::{plan, walk};
use sim::report::Tally;
use sim::run::{Options, run};

/// How many steps the seeds here have.
const STEPS: (usize, usize) = (100, 200);

#[test]
fn seeds_are_as_the_model_says() {
    let mut all = Tally::default();
    let seeds = std::env::var("CROSSCONNECT_SEEDS").map_or(12, |text| text.parse().expect("seeds"));
    for seed in 1..=seeds {
        let steps = plan(seed, STEPS.0, STEPS.1);
        let (tally, done) = run(seed, &steps, Options::default());
        if let Err(failure) = done {
            panic!(
                "seed {seed}: {}\nreplay it: cargo xtask sim --seed {seed} --steps {}..{}",
                failure.why, STEPS.0, STEPS.1
            );
        }
        all.add(tally);
    }
    println!("{} steps", all.steps);
    assert!(all.orders > 30 && all.replays > 30 && all.lost > 5, "{}", all.text(1.0, 1));
}

/// `cargo xtask sim --walk 100000` goes on for longer.
#[test]
fn a_walk_in_one_world_finds_no_mistake_of_the_server() {
    let options = Options { walk: true, trail: true, ..Options::default() };
    let (tally, done) = run(1, &walk(1, 1500), options);
    if let Err(failure) = done {
        panic!("{}\n{}", failure.trail.join("\n"), failure.why);
    }
    assert_eq!((tally.steps, tally.server_errors), (1500, 0));
    assert!(tally.requests > 1500 && tally.time_jumps > 1, "{}", tally.text(1.0, 1));
}

#[test]
fn a_seed_decides_everything() {
    let trail = |seed| {
        // A step that never comes makes it fail, and so tells what happened.
        let steps = plan(seed, 60, 60);
        let options = Options { trail: true, ..Options::default() };
        let mut told = Vec::new();
        sim::run::run_telling(seed, &steps, options, &mut told).1.expect("a seed that is well");
        told
    };
    for seed in [3, 4] {
        assert_eq!(trail(seed), trail(seed));
    }
    assert_ne!(trail(3), trail(4));
}

#[test]
fn any_step_can_be_left_out() {
    let steps = plan(5, 60, 60);
    for part in [2, 3, 5] {
        let some: Vec<_> = steps.iter().copied().filter(|step| step.place % part != 0).collect();
        let (_, done) = run(5, &some, Options::default());
        assert!(done.is_ok(), "{:?}", done.err().map(|failure| failure.why));
    }
}

#[test]
fn the_model_knows_every_operation_and_every_parameter() {
    for operation in api::OPERATIONS {
        let page = sim::model::pages::find(operation.product.version, operation.name);
        let page = page.unwrap_or_else(|| panic!("the model does not know {}", operation.name));
        assert_eq!(page.writes, operation.access() == api::Access::Write, "{}", operation.name);
        let declared: Vec<_> = operation.parameters.iter().map(|spec| spec.name).collect();
        let known: Vec<_> = page.rules.iter().map(|rule| rule.name).collect();
        assert_eq!(known, declared, "parameters of {}", operation.name);
    }
    assert_eq!(sim::model::pages::PAGES.len(), api::OPERATIONS.len());
}
