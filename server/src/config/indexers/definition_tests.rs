use super::*;

fn names(indexers: &[IndexerDefinition]) -> Vec<&str> {
    indexers.iter().map(|indexer| indexer.name.as_str()).collect()
}

#[test]
fn a_list_of_entries_is_read_in_order() {
    let text = " internet-archive, catalogue ,my-jackett=torznab+http://127.0.0.1:9117/api/v2.0/indexers/x/results/torznab/api?apikey=abc+d&cat=2000%2C5000,mirror=internet-archive+http://127.0.0.1:1";
    let indexers = parse_indexers(text).unwrap();
    assert_eq!(
        names(&indexers),
        ["internet-archive", "catalogue", "my-jackett", "mirror"]
    );
    let IndexerKind::Torznab(address) = &indexers[2].kind else {
        panic!("{indexers:?}")
    };
    assert_eq!(address.url().query(), Some("apikey=abc+d&cat=2000%2C5000"));
    assert_eq!(parse_indexers(" , "), Ok(vec![]));
}

#[test]
fn every_problem_is_told_at_once_and_none_with_the_key() {
    let text = "torznab+http://h/?apikey=SECRET,a=torznab,B=catalogue,catalogue,catalogue,x=SECRET,\
        y=torznab+ftp://h/SECRET,z=torznab+http://u:SECRET@h/,c=catalogue+http://SECRET/,http://h/?apikey=SECRET,\
        w=torznab+http://h/?SECRET,2000";
    let problems = parse_indexers(text).unwrap_err();
    let told: Vec<_> = problems.iter().map(|p| p.split_once(':').unwrap().0).collect();
    for n in [1, 2, 3, 5, 6, 7, 8, 9, 10, 12] {
        assert!(told.contains(&format!("indexer {n}").as_str()), "{n}: {problems:#?}");
    }
    assert!(!problems.iter().any(|p| p.contains("SECRET")), "{problems:#?}");
}

#[test]
fn neither_debug_nor_errors_show_a_key() {
    let indexers = parse_indexers("a=torznab+https://host:9/SECRET?apikey=SECRET").unwrap();
    assert_eq!(format!("{:?}", indexers[0].kind), "Torznab(https://host:9)");
    for text in [
        "[[indexer]]\nkind = \"torznab\"\napi_key = SECRET",
        "[[indexer]]\nkind = \"torznab\"\napi_key = 4711",
    ] {
        let problems = parse_indexers_toml(text).unwrap_err();
        assert!(
            !problems.concat().contains("SECRET")
                && !problems.concat().contains("4711")
                && problems[0].contains("line "),
            "{problems:?}"
        );
    }
}

#[test]
fn a_file_names_key_and_address_apart() {
    let text = r#"
        [[indexer]]
        name = "prowlarr"
        kind = "torznab"
        url = "http://prowlarr:9696/1/api"
        api_key = "a&b"

        [[indexer]]
        kind = "catalogue"
    "#;
    let indexers = parse_indexers_toml(text).unwrap();
    assert_eq!(names(&indexers), ["prowlarr", "catalogue"]);
    let IndexerKind::Torznab(address) = &indexers[0].kind else {
        panic!("{indexers:?}")
    };
    assert_eq!(address.url().as_str(), "http://prowlarr:9696/1/api?apikey=a%26b");
    assert!(parse_indexers_toml("[[indexer]]\nkind=\"catalogue\"\nkey=\"x\"").is_err());
    assert!(parse_indexers_toml("[[indexer]]\nkind=\"catalogue\"\n[[indexer]]\nkind=\"catalogue\"").is_err());
}

#[test]
fn fifty_indexers_are_the_most() {
    let list = |n: usize| (0..n).map(|n| format!("c{n}=catalogue")).collect::<Vec<_>>().join(",");
    assert!(parse_indexers(&list(50)).is_ok());
    assert!(parse_indexers(&list(51)).is_err());
}
