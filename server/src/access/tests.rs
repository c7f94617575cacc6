use super::*;

const USES: [Use; 9] = [
    Use::Enter,
    Use::Browse,
    Use::Search,
    Use::Add,
    Use::Stream,
    Use::History,
    Use::Room,
    Use::Account,
    Use::Administer,
];

/// Encodes the decisions for all uses, in declaration order, one letter each: `+` allowed, `a` for accounts, `n` needs
/// an account, `s` streams only, `m` admins only, `o` operator only.
fn row(access: Access, who: Standing) -> String {
    let letter = |what| match decide(access, what, who) {
        Ok(()) => '+',
        Err(Refused::ForAccounts) => 'a',
        Err(Refused::NeedsAccount) => 'n',
        Err(Refused::OnlyStreams) => 's',
        Err(Refused::OnlyAdmins) => 'm',
        Err(Refused::OnlyOperator) => 'o',
    };
    USES.into_iter().map(letter).collect()
}

#[test]
fn who_may_use_what() {
    for (who, open, accounts) in [
        (Standing::Guest, "+++++++no", "+aaaaa+no"),
        (Standing::RoomGuest, "ssss+ssss", "ssss+ssss"),
        (Standing::Player, "ssss+ssss", "ssss+ssss"),
        (Standing::User, "++++++++m", "++++++++m"),
        (Standing::Admin, "+++++++++", "+++++++++"),
        (Standing::Operator, "+++++++n+", "+++++++n+"),
    ] {
        assert_eq!(row(Access::Open, who), open, "{who:?} where it is open");
        assert_eq!(row(Access::Accounts, who), accounts, "{who:?} where it is for accounts");
    }
}

#[test]
fn another_sites_page_causes_nothing() {
    let may = |from| -> String {
        let letter = |what| if may_cause(what, from) { '+' } else { '-' };
        USES.into_iter().map(letter).collect()
    };
    assert_eq!(may(Origin::Own), "+++++++++");
    assert_eq!(may(Origin::Program), "+++++++++");
    assert_eq!(may(Origin::Unsaid), "+++-+++++");
    assert_eq!(may(Origin::Link), "+++-+++++");
    assert_eq!(may(Origin::Foreign), "++---++++");
}
