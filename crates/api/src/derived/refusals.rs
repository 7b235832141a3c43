//! Refusals that every operation has alike, made from its declarations: a required parameter that
//! is missing, a value that its list, range or form does not allow, an unknown region, a circuit
//! that is unknown or deleted, a token that was used for another call. They are run like examples
//! and counted apart from them.

use crate::edition::Edition;
use crate::error::{BAD_REGION, Invalid, TOKEN_REUSED};
use crate::example::{Before, Given, changed, pairs};
use crate::form::Form;
use crate::operation::{Access, Operation};
use crate::operations::NO_ACTION;
use crate::parameter::{CIRCUIT_ID, INSTANCE_ID, REGION_ID, ROUTER_ID, Shape, Spec};
use domain::Refusal;

/// A call that is refused in one edition.
#[derive(Clone)]
pub struct Refused {
    /// What is wrong with it.
    pub title: String,
    /// What has happened before.
    pub before: Vec<Before>,
    /// The call.
    pub call: Vec<(&'static str, String)>,
    /// What is told.
    pub told: Invalid,
}

/// Whatever can be said of an operation's refusals without knowing what it does.
pub fn refusals(operation: &'static Operation, edition: Edition) -> Vec<Refused> {
    let make = Maker { operation, edition };
    if !operation.editions.contains(edition) {
        let title = "An edition that lacks it".into();
        // What happens before may need another operation that the edition lacks.
        let refused = make.refused(title, &[], NO_ACTION.invalid());
        return vec![Refused { before: Vec::new(), ..refused }];
    }
    let its = operation.parameters.iter().filter(|spec| spec.editions.contains(edition));
    let mut all: Vec<Refused> = its.flat_map(|spec| make.of_parameter(spec)).collect();
    all.extend(make.of_circuit());
    all.extend(make.of_router());
    all
}

/// Makes the refusals of an operation in an edition.
#[derive(Clone, Copy)]
struct Maker {
    operation: &'static Operation,
    edition: Edition,
}

impl Maker {
    fn has(self, spec: &Spec) -> bool {
        self.operation.parameters.iter().any(|known| std::ptr::eq(*known, spec))
    }

    /// The example call with these changes, refused so.
    fn refused(self, title: String, changes: &[(&'static str, &str)], told: Invalid) -> Refused {
        let call = changed(self.operation.example_call, changes.iter().copied()).into_iter();
        let call = call.map(|(name, value)| (name, value.to_owned())).collect();
        Refused { title, before: self.operation.example_after.to_vec(), call, told }
    }

    fn lack(self, name: &str) -> Invalid {
        self.operation.lack(name, self.edition)
    }

    fn complaint(self, spec: &Spec, text: &str) -> Invalid {
        self.operation.complaint(spec, text, self.edition)
    }

    fn of_parameter(self, spec: &'static Spec) -> Vec<Refused> {
        let mut all = Vec::new();
        if spec.shape == Shape::Objects {
            return self.of_objects(spec);
        }
        if spec.shape == Shape::List {
            return self.of_texts(spec);
        }
        if spec.required.contains(self.edition) {
            let title = format!("No {}", spec.name);
            all.push(self.refused(title, &[(spec.name, "")], self.lack(spec.name)));
        }
        if std::ptr::eq(spec, &raw const REGION_ID.spec) {
            let unknown = [(spec.name, "cn-atlantis")];
            let bad = self.operation.own_row(&BAD_REGION);
            all.push(self.refused("An unknown region".into(), &unknown, bad.invalid()));
        } else if spec.shape == Shape::Single {
            let bad = self.bad_values(spec).into_iter();
            all.extend(bad.map(|(why, changes)| {
                let changes: Vec<_> = changes.iter().map(|(n, v)| (*n, v.as_str())).collect();
                let (_, text) = changes.last().expect("its own value is the last");
                let told = self.complaint(spec, text);
                self.refused(format!("{} {why}", spec.name), &changes, told)
            }));
        }
        all
    }

    /// Of a list of texts: none of them, or one that is not valid.
    fn of_texts(self, spec: &'static Spec) -> Vec<Refused> {
        let its = |name: &str| name.strip_prefix(spec.name) == Some(".1");
        let mut given = pairs(self.operation.example_call).map(|(name, _)| name);
        let Some(name) = given.find(|name| its(name)) else { return Vec::new() };
        let mut all = Vec::new();
        if spec.required.contains(self.edition) {
            let title = format!("No {}", spec.name);
            all.push(self.refused(title, &[(name, "")], self.lack(spec.name)));
        }
        for (why, text) in spec.forms.get(self.edition).map_or_else(Vec::new, Form::misfits) {
            let title = format!("{name} {why}");
            all.push(self.refused(title, &[(name, text.as_str())], self.complaint(spec, &text)));
        }
        all
    }

    /// Of a list of objects: none of them, or one that lacks something or has what is not valid.
    fn of_objects(self, spec: &'static Spec) -> Vec<Refused> {
        let its = |name: &str| name.strip_prefix(spec.name).is_some_and(|it| it.starts_with('.'));
        let given = pairs(self.operation.example_call).map(|(name, _)| name);
        let given: Vec<&str> = given.filter(|name| its(name)).collect();
        let mut all = Vec::new();
        if spec.required.contains(self.edition) {
            let none: Vec<_> = given.iter().map(|name| (*name, "")).collect();
            let title = format!("No {}", spec.name);
            all.push(self.refused(title, &none, self.lack(spec.name)));
        }
        for name in given {
            let (_, last) = name.rsplit_once('.').expect("a number and a member");
            let Some(member) = spec.members.iter().find(|member| member.name == last) else {
                continue;
            };
            if member.required.contains(self.edition) {
                let title = format!("No {name}");
                all.push(self.refused(title, &[(name, "")], self.lack(name)));
            }
            if member.allowed.get(self.edition).is_some() {
                let title = format!("{name} that is not on its list");
                let text = "none-of-these";
                all.push(self.refused(title, &[(name, text)], self.complaint(member, text)));
            }
            let form = member.forms.get(self.edition);
            for (why, text) in form.map_or_else(Vec::new, Form::misfits) {
                let title = format!("{name} {why}");
                let told = self.complaint(member, &text);
                all.push(self.refused(title, &[(name, text.as_str())], told));
            }
        }
        all
    }

    /// Values that are not valid, each as the changes to a call that it comes to.
    fn bad_values(self, spec: &'static Spec) -> Vec<(&'static str, Vec<(&'static str, String)>)> {
        let name = spec.name;
        let alone = |why, value: String| (why, vec![(name, value)]);
        let mut bad = Vec::new();
        if spec.allowed.get(self.edition).is_some() {
            bad.push(alone("that is not on its list", "none-of-these".into()));
        } else if let Some(nonsense) = spec.nonsense {
            bad.push(alone("that is none", nonsense.into()));
        }
        if let Some((first, last)) = spec.ranges.get(self.edition) {
            let [first, last] = [first, last].map(i128::from);
            bad.push(alone("below its range", (first - 1).to_string()));
            bad.push(alone("beyond its range", (last + 1).to_string()));
        }
        if let Some(form) = spec.forms.get(self.edition) {
            bad.extend(form.misfits().into_iter().map(|(why, text)| alone(why, text)));
        }
        if let Some(by) = spec.range_by.filter(|by| by.editions.contains(self.edition)) {
            for (value, (first, last)) in by.ranges {
                for number in [first - 1, last + 1] {
                    let changes =
                        vec![(by.other.name, (*value).into()), (name, number.to_string())];
                    bad.push(("out of its range", changes));
                }
            }
        }
        if let Some(with) = spec.required_with.filter(|with| with.editions.contains(self.edition)) {
            let changes = vec![(with.other.name, with.value.into()), (name, String::new())];
            bad.push(("missing beside another", changes));
        }
        bad
    }

    /// What is told of a refusal.
    fn row(self, refusal: Refusal) -> Invalid {
        let mut rows = self.operation.errors.iter();
        let row = rows.find(|row| row.tells(refusal, self.edition));
        let row = row.expect("a test of the table of contents looks for it");
        row.telling(refusal, self.edition)
    }

    /// What its token is called, if it has one that says enough, and a call that uses it.
    fn token(self) -> Option<(&'static str, Given)> {
        if self.operation.tokens_are_cut {
            return None;
        }
        let token = self.operation.parameters.iter().find(|spec| spec.is_token)?;
        let used = if token.name == "Token" { "Token=used" } else { "ClientToken=used" };
        Some((token.name, used))
    }

    /// Of operations on one router: one that nobody knows, and a token that was used for another.
    fn of_router(self) -> Vec<Refused> {
        let id = ROUTER_ID.spec.name;
        if !self.has(&ROUTER_ID.spec) || self.operation.access() == Access::Read {
            return Vec::new();
        }
        let changes = [(id, "vbr-none")];
        let unknown = self.row(Refusal::NoSuchRouter);
        let mut all = vec![self.refused("An unknown router".into(), &changes, unknown)];
        if let Some((token, used)) = self.token() {
            let changes = [(token, "used"), (id, "vbr-none")];
            let mut reused = self.refused("A used token".into(), &changes, TOKEN_REUSED.invalid());
            reused.before.push(Before::Call(self.operation.name, used));
            all.push(reused);
        }
        all
    }

    /// Of operations on one circuit.
    fn of_circuit(self) -> Vec<Refused> {
        let names = [&CIRCUIT_ID.spec, &INSTANCE_ID.spec];
        let found = names.into_iter().find(|spec| self.has(spec) && !self.has(&ROUTER_ID.spec));
        let Some(id) = found else { return Vec::new() };
        let row = |refusal| self.row(refusal);
        let unknown = self.refused("An unknown circuit".into(), &[], row(Refusal::NoSuchCircuit));
        let deleted = self.refused("A deleted circuit".into(), &[], row(Refusal::CircuitDeleted));
        let gone = vec![
            Before::circuit("Canceled"),
            Before::Call("DeletePhysicalConnection", "PhysicalConnectionId=pc-example"),
        ];
        let mut all =
            vec![Refused { before: Vec::new(), ..unknown }, Refused { before: gone, ..deleted }];
        if let Some((token, used)) = self.token() {
            let changes = [(token, "used"), (id.name, "pc-other")];
            let mut reused = self.refused("A used token".into(), &changes, TOKEN_REUSED.invalid());
            reused.before.push(Before::Call(self.operation.name, used));
            all.push(reused);
        }
        all
    }
}
