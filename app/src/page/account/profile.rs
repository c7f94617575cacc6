//! User name, email address and password of an account.

use crate::api::account::browser;
use crate::client::session;
use crate::component::form::{Field, Form, FormProblem, Saved, Submit, Values};
use crate::protocol::{ChangeProfile, User};
use crate::t;
use leptos::prelude::*;

/// Form for the user name and the email address.
#[component]
pub fn NameAndAddress(
    /// The account.
    user: User,
) -> impl IntoView {
    let form = Form::new("profile");
    let session = session::current();
    let (username, email) = (user.username.clone(), user.email.clone());
    // Last saved values: they may have changed since the form was rendered.
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
        <form class="form" node_ref=form.node method="post" novalidate aria-label=t::profile::label() on:submit=send>
            <FormProblem form />
            <Field form name="username" label=t::profile::username() autocomplete="username" maxlength=32 value=username />
            <Field form name="email" label=t::profile::email() kind="email" autocomplete="email" value=email />
            <Field form name="current_password" label=t::profile::current_password() kind="password" autocomplete="current-password" maxlength=128 hint=t::profile::current_password_hint() />
            <div class="actions">
                <Submit form label=t::profile::save() busy=t::profile::saving() />
                <Saved form label=t::profile::saved() />
            </div>
        </form>
    }
    .into_any()
}

/// Form for a new password.
#[component]
pub fn NewPassword(
    /// User name, for password managers.
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
        <form class="form" node_ref=form.node method="post" novalidate aria-label=t::profile::password_label() on:submit=send>
            <FormProblem form />
            <input type="text" name="username" autocomplete="username" value=username hidden />
            <Field form name="current_password" label=t::profile::current_password() kind="password" autocomplete="current-password" maxlength=128 />
            <Field form name="password" label=t::profile::new_password() kind="password" autocomplete="new-password" maxlength=128 hint=t::sign_up::password_hint() />
            <div class="actions">
                <Submit form label=t::profile::change_password() busy=t::profile::changing() />
                <Saved form label=t::profile::changed() />
            </div>
        </form>
    }
    .into_any()
}
