//! B. One token, several calls at once.

use super::{AFTER_ONE, end, one_order_one_debit, orders_of, replays, signed, together, wish};
use crate::rig::{Gate, ORDER, Rig, fresh_folder};
use crossconnect::server::Parts;
use std::sync::Arc;

/// B1.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twins_started_together_are_one_order() {
    for count in [2, 8, 64] {
        let rig = Arc::new(Rig::sandbox().await);
        let circuit = rig.circuit("Confirmed").await;
        let call = wish(&circuit, "once", &[]);
        let calls = (0..count).map(|_| signed(&rig, &call)).collect();
        let backs = together(&rig, calls).await;
        let firsts: Vec<_> = backs.iter().filter(|back| back.replay_of.is_none()).collect();
        let [first] = firsts[..] else { panic!("{} of {count} were first", firsts.len()) };
        for back in backs.iter().filter(|back| back.replay_of.is_some()) {
            replays(back, first);
        }
        one_order_one_debit(&rig, &circuit, &first.order_id()).await;
        end(rig).await;
    }
}

/// B2.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_sets_of_parameters_under_one_token_one_wins_wholly() {
    let rig = Arc::new(Rig::sandbox().await);
    let circuit = rig.circuit("Confirmed").await;
    let call = |place: usize| {
        let period = if place.is_multiple_of(2) { "2" } else { "3" };
        signed(&rig, &wish(&circuit, "once", &[("Period", period)]))
    };
    let backs = together(&rig, (0..32).map(call).collect()).await;
    let winners: Vec<usize> = (0..32).filter(|place| backs[*place].status == 200).collect();
    let parity = winners.first().expect("somebody wins") % 2;
    assert_eq!(winners, (0..32).filter(|place| place % 2 == parity).collect::<Vec<_>>());
    let order = backs[winners[0]].order_id();
    for (place, back) in backs.iter().enumerate() {
        if place % 2 == parity {
            assert_eq!(back.order_id(), order);
        } else {
            back.refused(400, "IdempotentParameterMismatch");
        }
    }
    assert_eq!(orders_of(&rig, &circuit).await, [(order, "Paid".to_owned())]);
    let left = if parity == 0 { AFTER_ONE } else { "99745.00" };
    assert_eq!(rig.balance("sandbox").await, left);
    end(rig).await;
}

/// B4.
#[tokio::test(flavor = "multi_thread")]
async fn a_twin_that_waited_too_long_is_told_to_come_again_and_then_finds_the_order() {
    let (gate, parts) = Gate::parts();
    let rig = Rig::open(&fresh_folder(), &[("queue_wait", "PT1S")], parts).await;
    let rig = Arc::new(rig);
    let circuit = rig.circuit("Confirmed").await;
    let call = wish(&circuit, "once", &[]);
    gate.shut();
    let (ours, slow) = (Arc::clone(&rig), signed(&rig, &call));
    let first = tokio::spawn(async move { ours.send(&slow).await });
    gate.reached().await;
    rig.call(ORDER, &call).await.refused(503, "ServiceUnavailable");
    gate.open();
    let first = first.await.expect("the first call").ok();
    replays(&rig.call(ORDER, &call).await, &first);
    one_order_one_debit(&rig, &circuit, &first.order_id()).await;
    end(rig).await;
}

/// B4: what was taken back never happens, and its token is free.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_nobody_began_in_time_never_happens() {
    let (gate, parts) = Gate::parts();
    let rig = Rig::open(&fresh_folder(), &[("queue_wait", "PT1S")], parts).await;
    let rig = Arc::new(rig);
    let (busy, circuit) = (rig.circuit("Confirmed").await, rig.circuit("Confirmed").await);
    gate.shut();
    let (ours, slow) = (Arc::clone(&rig), signed(&rig, &wish(&busy, "", &[])));
    let other = tokio::spawn(async move { ours.send(&slow).await });
    gate.reached().await;
    let call = wish(&circuit, "once", &[("Period", "3")]);
    rig.call(ORDER, &call).await.refused(503, "ServiceUnavailable");
    gate.open();
    other.await.expect("the other call").ok();
    assert_eq!(orders_of(&rig, &circuit).await, []);
    let first = rig.call(ORDER, &call).await.ok();
    assert_eq!(first.replay_of, None);
    assert_eq!(rig.balance("sandbox").await, "99575.00");
    end(rig).await;
}

/// B5.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twins_whose_commit_failed_come_to_one_order_in_the_end() {
    let open: Arc<dyn Fn(&mut store::sqlite::Options) + Send + Sync> =
        Arc::new(|options| options.busy_timeout_ms = 20);
    let parts = Parts { open: Some(open), ..Parts::default() };
    let rig = Arc::new(Rig::open(&fresh_folder(), &[], parts).await);
    let circuit = rig.circuit("Confirmed").await;
    let call = wish(&circuit, "once", &[]);
    let other = rusqlite::Connection::open(rig.store_path()).expect("the store's file");
    other.execute_batch("BEGIN IMMEDIATE").expect("the file is free");
    rig.call(ORDER, &call).await.refused(503, "ServiceUnavailable");
    let (ours, calls) = (Arc::clone(&rig), (0..8).map(|_| signed(&rig, &call)).collect());
    let twins = tokio::spawn(async move { together(&ours, calls).await });
    tokio::task::yield_now().await;
    other.execute_batch("ROLLBACK").expect("it was ours");
    let last = rig.call(ORDER, &call).await.ok();
    for back in twins.await.expect("twins") {
        match back.status {
            200 => assert_eq!(back.order_id(), last.order_id()),
            _ => back.refused(503, "ServiceUnavailable"),
        }
    }
    one_order_one_debit(&rig, &circuit, &last.order_id()).await;
    drop(other);
    end(rig).await;
}

/// B6: the task that served the call is gone before the commit ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_went_away_during_the_commit_finds_the_order() {
    let (gate, parts) = Gate::parts();
    let rig = Arc::new(Rig::open(&fresh_folder(), &[], parts).await);
    let circuit = rig.circuit("Confirmed").await;
    let call = wish(&circuit, "once", &[]);
    gate.shut();
    let (ours, first) = (Arc::clone(&rig), signed(&rig, &call));
    let gone = tokio::spawn(async move { ours.send(&first).await });
    gate.reached().await;
    gone.abort();
    assert!(gone.await.expect_err("it was cut off").is_cancelled());
    gate.open();
    let again = rig.call(ORDER, &call).await.ok();
    assert!(again.replay_of.is_some());
    one_order_one_debit(&rig, &circuit, &again.order_id()).await;
    end(rig).await;
}

/// B6 over TCP: the client hangs up as soon as it has written its request.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_hangs_up_and_calls_again_has_one_order() {
    use tokio::io::AsyncWriteExt as _;
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let call = wish(&circuit, "once", &[]);
    for _ in 0..8 {
        let signed = signed(&rig, &call);
        let mut socket = tokio::net::TcpStream::connect(rig.address).await.expect("a server");
        let headers = signed.headers.iter().filter(|(name, _)| name != "host");
        let headers: Vec<_> = headers.map(|(name, value)| format!("{name}: {value}")).collect();
        let request = format!(
            "{} {} HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\n{}\r\n\r\n",
            signed.method,
            signed.target,
            rig.address,
            signed.body.len(),
            headers.join("\r\n"),
        );
        socket.write_all(request.as_bytes()).await.expect("it is read");
        socket.write_all(&signed.body).await.expect("it is read");
    }
    let last = rig.call(ORDER, &call).await.ok();
    one_order_one_debit(&rig, &circuit, &last.order_id()).await;
    rig.end().await;
}

/// B6 by the fault that is made for it.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_after_the_commit_is_found_again() {
    let rig = Rig::sandbox().await;
    let circuit = rig.circuit("Confirmed").await;
    let call = wish(&circuit, "once", &[]);
    rig.fault(ORDER, "drop_after_commit").await;
    assert!(rig.try_send(&signed(&rig, &call)).await.is_none());
    let again = rig.call(ORDER, &call).await.ok();
    assert!(again.replay_of.is_some());
    one_order_one_debit(&rig, &circuit, &again.order_id()).await;
    rig.end().await;
}
