//! The checker can fail: histories that must be rejected, and neighbours of theirs that must not.

use super::history::{Event, History, Judgement, What};
use super::specification::{Account, Answer, Call, MONTH, Status, Wish};
use chance::Chance;
use stateright::semantics::SequentialSpec as _;

const WISH: Wish = Wish { circuit: 0, months: 1, pays: true };
const OTHER: Wish = Wish { circuit: 1, ..WISH };
const ORDER: Call = Call::Order { token: Some(0), wish: WISH };

fn placed(id: u64) -> Answer {
    Answer::Order { id: Some(id), replayed: false }
}

fn replayed(id: u64) -> Answer {
    Answer::Order { id: Some(id), replayed: true }
}

fn refused(code: &str) -> Answer {
    Answer::Refused { code: code.into(), replayed: false }
}

/// Events of a history in their order: who, and what.
struct Story(History);

impl Story {
    fn new(months: i64) -> Self {
        Self(History { start: Account::new(months * MONTH, false), events: Vec::new() })
    }

    fn event(mut self, client: usize, what: What) -> Self {
        self.0.events.push(Event { at_us: self.0.events.len() as u128, client, what });
        self
    }

    fn calls(self, client: usize, call: Call) -> Self {
        self.event(client, What::Called(call))
    }

    fn told(self, client: usize, answer: Answer) -> Self {
        self.event(client, What::Answered(answer))
    }

    fn hears_nothing(self, client: usize) -> Self {
        self.event(client, What::Lost)
    }

    /// A call and its answer before anything else.
    fn asks(self, client: usize, call: Call, answer: Answer) -> Self {
        self.calls(client, call).told(client, answer)
    }

    fn is_possible(&self) -> bool {
        match self.0.judge() {
            Judgement::Linearizable => true,
            Judgement::Impossible => false,
            Judgement::Undecided => panic!("short histories end:\n{}", self.0.text()),
        }
    }
}

#[test]
fn a_stale_balance_is_rejected() {
    let paid = || Story::new(2).asks(0, ORDER, placed(1));
    assert!(paid().asks(1, Call::Balance, Answer::Balance(MONTH)).is_possible());
    assert!(!paid().asks(1, Call::Balance, Answer::Balance(2 * MONTH)).is_possible());
}

#[test]
fn a_balance_read_while_an_order_is_under_way_is_either() {
    for months in [1, 2, 3] {
        let balance = Answer::Balance(months * MONTH);
        let story = Story::new(2).calls(0, ORDER).asks(1, Call::Balance, balance);
        assert_eq!(story.told(0, placed(1)).is_possible(), months < 3, "{months} months left");
    }
}

#[test]
fn two_orders_for_one_token_are_rejected() {
    let both = |second| {
        let story = Story::new(2).calls(0, ORDER).calls(1, ORDER);
        story.told(1, placed(1)).told(0, second).is_possible()
    };
    assert!(both(replayed(1)));
    assert!(!both(placed(2)));
    assert!(!both(replayed(2)));
    assert!(!both(placed(1)), "only one of them was the first");
}

#[test]
fn one_number_for_two_orders_is_rejected() {
    let other = Call::Order { token: Some(1), wish: OTHER };
    let story = |second| Story::new(2).asks(0, ORDER, placed(1)).asks(1, other.clone(), second);
    assert!(story(placed(2)).is_possible());
    assert!(!story(placed(1)).is_possible());
}

#[test]
fn a_token_means_what_its_first_call_meant() {
    let other = Call::Order { token: Some(0), wish: OTHER };
    let story = |second| Story::new(2).asks(0, ORDER, placed(1)).asks(1, other.clone(), second);
    assert!(story(refused("IdempotentParameterMismatch")).is_possible());
    assert!(!story(placed(2)).is_possible());
    assert!(!story(replayed(1)).is_possible());
}

#[test]
fn two_paid_orders_for_one_circuit_are_rejected() {
    let rival = Call::Order { token: Some(1), wish: WISH };
    let story = |second| {
        let story = Story::new(2).calls(0, ORDER).calls(1, rival.clone());
        story.told(0, placed(1)).told(1, second).is_possible()
    };
    assert!(story(refused("INSTANCE.STATUS.NOT.ALLOW")));
    assert!(!story(placed(2)));
}

#[test]
fn money_is_not_spent_twice() {
    let other = Call::Order { token: Some(1), wish: OTHER };
    let story = |status| {
        let story = Story::new(1).asks(0, ORDER, placed(1)).asks(1, other.clone(), placed(2));
        let answer = Answer::Detail { status, amount: MONTH, circuit: 1 };
        story.asks(1, Call::Detail(2), answer).is_possible()
    };
    assert!(story(Status::Cancelled));
    assert!(!story(Status::Paid));
}

#[test]
fn a_lost_answer_may_have_happened_or_not_but_not_twice() {
    let story = || Story::new(2).calls(0, ORDER).hears_nothing(0);
    assert!(story().asks(0, Call::Balance, Answer::Balance(MONTH)).is_possible());
    assert!(story().asks(0, Call::Balance, Answer::Balance(2 * MONTH)).is_possible());
    assert!(!story().asks(0, Call::Balance, Answer::Balance(0)).is_possible());
    assert!(story().asks(0, ORDER, placed(1)).is_possible());
    assert!(story().asks(0, ORDER, replayed(1)).is_possible());
    let forgotten = story().asks(0, ORDER, replayed(1));
    assert!(!forgotten.asks(0, Call::Balance, Answer::Balance(2 * MONTH)).is_possible());
}

#[test]
fn what_was_told_before_a_kill_is_not_forgotten_after_it() {
    let told = || Story::new(2).asks(0, ORDER, placed(1)).calls(1, Call::Balance).hears_nothing(1);
    let gone = refused("InvalidParameter");
    let paid = Answer::Detail { status: Status::Paid, amount: MONTH, circuit: 0 };
    assert!(told().asks(1, Call::Detail(1), paid).is_possible());
    assert!(!told().asks(1, Call::Detail(1), gone).is_possible());
    let none = Answer::Orders(Vec::new());
    assert!(!told().asks(1, Call::Orders, none).is_possible());
}

#[test]
fn what_is_not_known_by_number_is_still_in_the_list() {
    let story = || Story::new(2).calls(0, ORDER).hears_nothing(0);
    let list = |orders: &[_]| Answer::Orders(orders.to_vec());
    assert!(story().asks(1, Call::Orders, list(&[])).is_possible());
    assert!(story().asks(1, Call::Orders, list(&[(7, Status::Paid)])).is_possible());
    assert!(!story().asks(1, Call::Orders, list(&[(7, Status::Unpaid)])).is_possible());
    let two = [(7, Status::Paid), (8, Status::Paid)];
    assert!(!story().asks(1, Call::Orders, list(&two)).is_possible());
}

#[test]
fn a_cancelled_order_stays_cancelled() {
    let wish = Wish { pays: false, ..WISH };
    let order = Call::Order { token: None, wish };
    let story = || {
        let story = Story::new(2).asks(0, order.clone(), placed(1));
        story.asks(1, Call::Cancel(1), Answer::Done)
    };
    assert!(story().asks(0, Call::Pay(1), refused("order_not_unpaid")).is_possible());
    assert!(!story().asks(0, Call::Pay(1), Answer::Done).is_possible());
    assert!(story().asks(0, order.clone(), placed(2)).is_possible(), "its circuit is free again");
}

#[test]
fn many_lost_answers_do_not_keep_the_checker_busy() {
    let rival = |token| Call::Order { token, wish: Wish { pays: false, ..OTHER } };
    let calls = [ORDER, rival(None), rival(Some(1)), Call::Credit(MONTH)];
    let mut story = Story::new(2);
    for life in 0..2 {
        for (client, call) in calls.iter().enumerate() {
            story = story.calls(client, call.clone());
        }
        for client in 0..calls.len() {
            story = if life == 0 {
                story.hears_nothing(client)
            } else {
                let busy = refused("IAbs.InvalidStatus.ValueNotSupported");
                story.told(client, [placed(2), busy, placed(1), Answer::Done][client].clone())
            };
        }
    }
    for client in 0..calls.len() {
        let paid = Answer::Detail { status: Status::Paid, amount: MONTH, circuit: 0 };
        story = story.calls(client, Call::Detail(2)).told(client, paid);
    }
    let cent_more = |cents| Answer::Balance(2 * MONTH + cents);
    let ends = |balance| Story(story.0.clone()).asks(4, Call::Balance, balance).is_possible();
    assert!(ends(cent_more(0)));
    assert!(!ends(cent_more(1)));
}

/// A history of three clients as a server could make it, some answers of which are then wrong.
fn any_story(chance: &mut Chance) -> Story {
    let (mut story, mut account) = (Story::new(2), Account::new(2 * MONTH, false));
    let mut under_way: [Option<(Call, Option<Answer>)>; 3] = Default::default();
    for step in 0..24 {
        let client = chance.below(3);
        let wish = if chance.below(2) > 0 { WISH } else { Wish { pays: false, ..OTHER } };
        under_way[client] = match under_way[client].take() {
            None => {
                let token = u8::try_from(chance.below(2)).expect("few");
                let call = match chance.below(6) {
                    0 => Call::Balance,
                    1 => Call::Orders,
                    2 => Call::Cancel(100 + chance.draw() % 24),
                    _ => Call::Order { token: Some(token), wish },
                };
                story = story.calls(client, call.clone());
                Some((call, None))
            }
            // It happens. Numbers are chosen as a server would.
            Some((call, None)) => {
                let told = Answer::Order { id: Some(100 + step), replayed: false };
                let mut other = account.clone();
                let mut answer = account.invoke(&call);
                if matches!(answer, Answer::Order { replayed: false, .. }) {
                    assert!(other.is_valid_step(&call, &told));
                    (account, answer) = (other, told);
                }
                Some((call, Some(answer)))
            }
            Some((_, Some(mut answer))) => {
                if let (Answer::Balance(balance), 0) = (&mut answer, chance.below(2)) {
                    *balance -= MONTH;
                }
                let lost = chance.below(5) == 0;
                let what = if lost { What::Lost } else { What::Answered(answer) };
                story = story.event(client, what);
                None
            }
        };
    }
    story
}

#[test]
fn remembering_where_the_checker_has_been_changes_no_judgement() {
    let (mut chance, mut possible, mut impossible) = (Chance::of(1, 1), 0, 0);
    for _ in 0..300 {
        let story = any_story(&mut chance);
        let plainly = story.0.is_plainly_possible();
        assert_eq!(story.is_possible(), plainly, "{}", story.0.text());
        possible += u32::from(plainly);
        impossible += u32::from(!plainly);
    }
    assert!(possible > 30 && impossible > 30, "{possible} possible, {impossible} impossible");
}

#[test]
fn a_cut_token_answers_for_an_earlier_call_only_while_that_stands() {
    const JOIN: Call = Call::Join { token: 0, vlan: 1 };
    const PART: Call = Call::Part { token: 0 };
    let went = |replayed| Answer::Went { replayed };
    let story = || Story::new(2).asks(0, JOIN, went(false)).asks(0, PART, went(false));
    assert!(story().asks(1, JOIN, went(false)).is_possible());
    assert!(!story().asks(1, JOIN, went(true)).is_possible(), "its effect is gone");
    assert!(story().asks(1, PART, went(true)).is_possible());
    assert!(!story().asks(1, PART, went(false)).is_possible());
    let other = Call::Join { token: 0, vlan: 2 };
    assert!(story().asks(1, other.clone(), went(false)).is_possible(), "it is a new call");
    let joined = || Story::new(2).asks(0, JOIN, went(false));
    assert!(joined().asks(1, JOIN, went(true)).is_possible());
    let refuses = refused("InvalidParams.AlreadyExists");
    assert!(joined().asks(1, other.clone(), refuses).is_possible());
    let again = || joined().asks(1, PART, went(false)).asks(1, other.clone(), went(false));
    let back = || again().asks(0, Call::Part { token: 1 }, went(false));
    let by_another = || back().asks(0, Call::Join { token: 1, vlan: 1 }, went(false));
    assert!(by_another().asks(1, JOIN, went(true)).is_possible(), "no call forgets another");
    let none = refused("PHYSICAL_NOT_ASSOCIATE_TO_VBR");
    assert!(Story::new(2).asks(0, PART, none).is_possible());
}
