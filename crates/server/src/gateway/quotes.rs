//! What something would cost: the decision that orders are settled by, put back.

use super::{Gateway, Session, Trouble, proposal};
use crate::clock::Moment;
use api::{Ask, Invalid, Priced};
use domain::query::OrderDetail;
use domain::{Assumptions, Found, Proposal, Query, Refusal, Timestamp};
use wire::Call;

impl Gateway<'_> {
    /// The order that a call would make or change now: the same decision, put back.
    pub(super) async fn quote(
        self,
        session: &Session,
        now: Timestamp,
        mut proposal: Proposal,
        assumptions: Assumptions,
    ) -> Result<Result<OrderDetail, Refusal>, Trouble> {
        if let Some(origin) = &mut proposal.origin {
            origin.token = None;
        }
        let query = Query::Quote(Box::new(proposal), assumptions);
        match self.app.store.look(&session.world, now, query).await? {
            Found::Quote(Ok(Some(detail))) => Ok(Ok(detail)),
            Found::Quote(Err(refusal)) => Ok(Err(refusal)),
            // ASSUMED: what makes no order, such as enabling what is in service, has no price.
            Found::Quote(Ok(None)) => Err(api::no_price().into()),
            found => unreachable!("what is quoted makes an order: {found:?}"),
        }
    }

    /// What a call that is asked about would cost or return, or how it would be refused. It is
    /// permitted and checked as if it were made.
    pub(super) async fn price(
        self,
        priced: Priced,
        call: &Call<'_>,
        session: &Session,
        moment: &Moment,
    ) -> Result<Result<OrderDetail, Invalid>, Trouble> {
        let Priced { operation, assumptions } = priced;
        let asked = call.about(api::priced_parameters(call))?;
        let (edition, caller) = (session.edition, &session.key.caller);
        self.permit(operation, edition, caller, &session.world, &asked)?;
        let now = session.world.time(moment.wall);
        let settings = self.app.config.answer_settings();
        let input = match api::check(operation, &asked, caller, edition, now, settings) {
            Ok(input) => input,
            Err(invalid) => return Ok(Err(invalid)),
        };
        let command = match operation.ask(&input) {
            Ok(Ask::Change(command)) => command,
            Ok(_) => unreachable!("what has a price changes something"),
            Err(invalid) => return Ok(Err(invalid)),
        };
        let proposal = proposal(command, &input, session, moment);
        let quoted = self.quote(session, now, proposal, assumptions).await?;
        Ok(quoted.map_err(|refusal| operation.refusal(refusal, &input)))
    }
}
