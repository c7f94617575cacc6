//! Name, address and password of an account.

use super::sign_up::PASSWORD_HINT;
use crate::api::account::browser;
use crate::client::session;
use crate::component::form::{Field, Form, FormProblem, Saved, Submit, Values};
use crate::protocol::{ChangeProfile, User};
use leptos::prelude::*;

/// The name and the address.
#[component]
pub fn NameAndAddress(
    /// The account as it is.
    user: User,
) -> impl IntoView {
    let form = Form::new("profile");
    let session = session::current();
    let (username, email) = (user.username.clone(), user.email.clone());
    // What they are now: an answer in between may have changed them.
    let known = StoredValue::new((user.username, user.email));
    let send = move |event| {
        let work = move |values: Values| async move {
            let (username, email) = known.get_value();
            let trimmed = |name| values.text(name).trim().to_owned();
            let (new_name, new_email) = (trimmed("username"), trimmed("email"));
            let change = ChangeProfile {
                username: (new_name != username).then(|| new_name.clone()),
                email: (new_email != email).then(|| new_email.clone()),
                current_password: values.filled("current_password"),
                password: None,
            };
            if change.username.is_none() && change.email.is_none() {
                return Ok(());
            }
            browser::change_profile(change).await?;
            known.set_value((new_name.clone(), new_email.clone()));
            session.update_user(|profile| {
                profile.user.username = new_name;
                profile.user.email = new_email;
            });
            Ok(())
        };
        form.send(event, work, || ());
    };
    view! {
        <form class="form" node_ref=form.node method="post" novalidate aria-label="Profile" on:submit=send>
            <FormProblem form />
            <Field form name="username" label="Username" autocomplete="username" maxlength=32 value=username />
            <Field form name="email" label="E-mail" kind="email" autocomplete="email" value=email />
            <Field form name="current_password" label="Current password" kind="password" autocomplete="current-password" maxlength=128 hint="Only to change the e-mail." />
            <div class="actions">
                <Submit form label="Save" busy="Saving…" />
                <Saved form label="Saved" />
            </div>
        </form>
    }
    .into_any()
}

/// A new password.
#[component]
pub fn NewPassword(
    /// For password managers: whose password it is.
    username: String,
) -> impl IntoView {
    let form = Form::new("password");
    let send = move |event| {
        let work = |values: Values| {
            browser::change_profile(ChangeProfile {
                password: Some(values.text("password")),
                current_password: values.filled("current_password"),
                ..ChangeProfile::default()
            })
        };
        form.send(event, work, move || form.clear());
    };
    view! {
        <form class="form" node_ref=form.node method="post" novalidate aria-label="Password" on:submit=send>
            <FormProblem form />
            <input type="text" name="username" autocomplete="username" value=username hidden />
            <Field form name="current_password" label="Current password" kind="password" autocomplete="current-password" maxlength=128 />
            <Field form name="password" label="New password" kind="password" autocomplete="new-password" maxlength=128 hint=PASSWORD_HINT />
            <div class="actions">
                <Submit form label="Change the password" busy="Changing…" />
                <Saved form label="Changed" />
            </div>
        </form>
    }
    .into_any()
}
