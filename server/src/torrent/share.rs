//! Fair sharing of searches for peers: decides which caller may start another search, and which search has to end for
//! it. A magnet link costs nothing to make up, and a search for one that no peer has lasts for ten minutes. Pure.

use crate::limits;
use std::collections::HashMap;

/// Identity of a caller for fair sharing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CallerKey {
    share: Share,
    key: String,
}

/// Class of a caller; higher classes take precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Share {
    /// Not signed in; counted by household, because a guest without a cookie is a new one each time.
    Guest,
    /// Signed in to an account.
    Account,
    /// The server itself: what a room plays, what is watched again.
    House,
}

impl CallerKey {
    /// Creates the key of a guest in this household.
    pub fn guest(household: impl Into<String>) -> Self {
        Self {
            share: Share::Guest,
            key: household.into(),
        }
    }

    /// Creates the key of an account.
    pub fn account(key: impl Into<String>) -> Self {
        Self {
            share: Share::Account,
            key: key.into(),
        }
    }

    /// Creates the key of the server itself.
    pub fn house() -> Self {
        Self {
            share: Share::House,
            key: String::new(),
        }
    }

    /// Returns the maximum number of concurrent searches for this caller, while slots are free.
    fn most(&self) -> usize {
        match self.share {
            Share::Guest => limits::RESOLVING_PER_GUEST,
            Share::Account => limits::RESOLVING_PER_ACCOUNT,
            Share::House => limits::METADATA_SEARCHES,
        }
    }

    /// Returns whether this caller's class is higher, so that a search that both wait for becomes this caller's:
    /// otherwise it could be ended in favour of a lower class.
    pub fn goes_before(&self, other: &Self) -> bool {
        self.share > other.share
    }
}

/// Decision on a new search, given the running ones, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Begin,
    /// Start it and end the search at this position.
    InPlaceOf(usize),
    Refuse,
}

/// Decides on a new search. A caller at its own maximum replaces its own oldest search. When all slots are taken, the
/// new search replaces the oldest one of a caller of a lower class, or of the same class with at least two more
/// searches; otherwise the caller's own oldest, and if there is none, it is refused.
pub fn decide(searches: &[CallerKey], caller: &CallerKey) -> Decision {
    let own = searches.iter().filter(|other| *other == caller).count();
    if own >= caller.most() {
        return oldest_of(searches, caller);
    }
    if searches.len() < limits::METADATA_SEARCHES {
        return Decision::Begin;
    }
    let mut counts: HashMap<&CallerKey, usize> = HashMap::new();
    for other in searches {
        *counts.entry(other).or_default() += 1;
    }
    let gives_way = |other: &CallerKey, count: usize| match other.share.cmp(&caller.share) {
        std::cmp::Ordering::Less => true,
        // With a difference of one, two callers would keep replacing each other's searches.
        std::cmp::Ordering::Equal => count > own + 1,
        std::cmp::Ordering::Greater => false,
    };
    // The lowest class first; within it the caller with the most searches, and among equals the one that started first.
    let first = |caller: &CallerKey| searches.iter().position(|other| other == caller).unwrap_or(usize::MAX);
    let victim = counts
        .into_iter()
        .filter(|(other, count)| gives_way(other, *count))
        .min_by_key(|(other, count)| (other.share, std::cmp::Reverse(*count), first(other)));
    match victim {
        Some((other, _)) => oldest_of(searches, other),
        None => oldest_of(searches, caller),
    }
}

fn oldest_of(searches: &[CallerKey], caller: &CallerKey) -> Decision {
    let oldest = searches.iter().position(|other| other == caller);
    oldest.map_or(Decision::Refuse, Decision::InPlaceOf)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Decision::{Begin, InPlaceOf, Refuse};

    fn guest(n: usize) -> CallerKey {
        CallerKey::guest(format!("203.0.113.{n}"))
    }

    fn account(n: usize) -> CallerKey {
        CallerKey::account(format!("user:{n}"))
    }

    /// Expands `(caller, number of searches)` pairs.
    fn searches(of: &[(CallerKey, usize)]) -> Vec<CallerKey> {
        of.iter()
            .flat_map(|(caller, count)| std::iter::repeat_n(caller.clone(), *count))
            .collect()
    }

    #[test]
    fn who_begins_and_whose_search_gives_way() {
        let (ours, all) = (limits::RESOLVING_PER_GUEST, limits::METADATA_SEARCHES);
        let theirs = limits::RESOLVING_PER_ACCOUNT;
        let each = |of: fn(usize) -> CallerKey| (0..all).map(|n| (of(n), 1)).collect::<Vec<_>>();
        let table = [
            ("nobody looks for anything", vec![], guest(1), Begin),
            ("there is room", vec![(guest(1), ours - 1)], guest(1), Begin),
            (
                "a guest has all that is theirs",
                vec![(account(1), 2), (guest(1), ours)],
                guest(1),
                InPlaceOf(2),
            ),
            (
                "and that is nothing to another",
                vec![(guest(1), ours)],
                guest(2),
                Begin,
            ),
            (
                "an account has all that is theirs",
                vec![(guest(1), 1), (account(1), theirs)],
                account(1),
                InPlaceOf(1),
            ),
            (
                "all is taken by few guests: the one with the most gives",
                vec![
                    (guest(1), 4),
                    (guest(2), ours),
                    (guest(3), ours),
                    (guest(4), ours),
                    (guest(5), all - 4 - 3 * ours),
                ],
                guest(6),
                InPlaceOf(4),
            ),
            (
                "a guest never takes from an account",
                vec![(account(1), theirs), (account(2), all - theirs)],
                guest(1),
                Refuse,
            ),
            (
                "accounts take from guests, whoever has fewer",
                vec![(account(1), theirs - 1), (guest(1), 1), (account(2), all - theirs)],
                account(1),
                InPlaceOf(theirs - 1),
            ),
            (
                "an account takes from one that has many",
                vec![(account(1), theirs), (account(2), all - theirs)],
                account(3),
                InPlaceOf(0),
            ),
            ("as many guests as there is room", each(guest), guest(all), Refuse),
            ("one of them gives their own", each(guest), guest(3), InPlaceOf(3)),
            ("or way to an account", each(guest), account(1), InPlaceOf(0)),
            ("as many accounts as there is room", each(account), account(all), Refuse),
            (
                "what a room plays goes first",
                each(account),
                CallerKey::house(),
                InPlaceOf(0),
            ),
        ];
        for (what, before, caller, decision) in table {
            assert_eq!(decide(&searches(&before), &caller), decision, "{what}");
        }
    }

    /// An account and another guest always get a slot, whatever guests do, and no caller exceeds their maximum.
    #[test]
    fn a_flood_takes_no_more_than_a_share() {
        let mut held: Vec<CallerKey> = Vec::new();
        let begin = |held: &mut Vec<CallerKey>, caller: CallerKey| {
            match decide(held, &caller) {
                Begin => {}
                InPlaceOf(place) => drop(held.remove(place)),
                Refuse => return false,
            }
            held.push(caller);
            true
        };
        for n in 0..1_000 {
            assert!(begin(&mut held, guest(n % 5)));
            assert!(held.len() <= limits::METADATA_SEARCHES);
        }
        let has = |held: &[CallerKey], caller: &CallerKey| held.iter().filter(|other| *other == caller).count();
        assert!((0..5).all(|n| has(&held, &guest(n)) <= limits::RESOLVING_PER_GUEST));
        assert!(begin(&mut held, guest(77)) && begin(&mut held, account(1)));
        for n in 0..100 {
            begin(&mut held, guest(n % 5));
        }
        assert_eq!(
            (has(&held, &guest(77)), has(&held, &account(1))),
            (1, 1),
            "who has one keeps it"
        );
    }
}
