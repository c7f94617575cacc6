//! Participants of a fan-out measurement.

use super::{
    options::{Mode, Options},
    rest::Rest,
    socket::{Leftover, Socket},
    speech::{self, Heard},
    tally::{Tally, count},
};
use anyhow::{Context, bail};
use futures::{StreamExt, stream};
use std::{rc::Rc, time::Duration};
use tokio::{sync::oneshot, task::JoinSet, time::timeout};

/// Maximum number of concurrent joins.
const AT_ONCE: usize = 32;

/// Deadline for a join.
const PATIENCE: Duration = Duration::from_secs(30);

/// Rooms filled with sockets. Dropping it cuts all connections.
pub struct Crowd {
    /// Sockets, by room.
    pub rooms: Vec<Vec<Rc<Socket>>>,
    codes: Vec<String>,
    listeners: JoinSet<()>,
}

/// Creates the rooms for a crowd. Systems other than Matinee need none created.
pub async fn make_rooms(options: &Options, rest: Option<&Rest>) -> anyhow::Result<Vec<String>> {
    let mut codes = Vec::with_capacity(options.rooms);
    for number in 0..options.rooms {
        codes.push(match rest {
            Some(rest) => rest.make_room(options.sockets, None).await?,
            None => format!("room{number}"),
        });
    }
    Ok(codes)
}

impl Crowd {
    /// Fills the rooms.
    pub async fn gather(
        options: &Options,
        rest: Option<&Rest>,
        codes: Vec<String>,
        tally: &Rc<Tally>,
    ) -> anyhow::Result<Self> {
        let mut rooms = vec![Vec::with_capacity(options.sockets); codes.len()];
        let mut listeners = JoinSet::new();
        let seats = (0..codes.len() * options.sockets).map(|number| (number % codes.len(), number / codes.len()));
        let codes_ref = &codes;
        let mut opened = stream::iter(seats)
            .map(|(room, seat)| async move {
                let path = way(options.mode, rest, &codes_ref[room], seat).await?;
                let (socket, tail) = Socket::open(&options.address, &path).await?;
                anyhow::Ok((room, socket, tail))
            })
            .buffer_unordered(AT_ONCE);
        // Welcomes are awaited after the loop, so that joins overlap.
        let mut welcomes = Vec::with_capacity(codes.len() * options.sockets);
        while let Some(opened) = opened.next().await {
            let (room, socket, tail) = opened?;
            let (welcomed, welcome) = oneshot::channel();
            listeners.spawn_local(listen(options.mode, socket.clone(), tail, tally.clone(), welcomed));
            if !speech::is_in_at_once(options.mode) {
                welcomes.push(welcome);
            }
            if let Some(greeting) = speech::greeting(options.mode) {
                socket.say(greeting);
            }
            rooms[room].push(socket);
        }
        drop(opened);
        for welcome in welcomes {
            if timeout(PATIENCE, welcome)
                .await
                .context("waiting for a welcome")?
                .is_err()
            {
                bail!("a connection ended before its welcome");
            }
        }
        Ok(Self {
            rooms,
            codes,
            listeners,
        })
    }

    /// Ends the rooms. Merely disconnecting would broadcast each departure to the remaining participants.
    pub async fn disperse(mut self, rest: Option<&Rest>) -> anyhow::Result<()> {
        if let Some(rest) = rest {
            for code in &self.codes {
                rest.end_room(code).await?;
            }
        }
        self.listeners.shutdown().await;
        Ok(())
    }
}

async fn way(mode: Mode, rest: Option<&Rest>, code: &str, seat: usize) -> anyhow::Result<String> {
    Ok(match (mode, rest) {
        (Mode::SocketIo, _) => format!("/socket.io/?EIO=4&transport=websocket&room={code}"),
        (Mode::Bare, _) | (_, None) => format!("/rooms/{code}"),
        (_, Some(rest)) if seat == 0 => rest.join_as_host(code).await?.path,
        (_, Some(rest)) => rest.join_as_guest(code, &format!("Guest {seat}"), "", None).await?.path,
    })
}

async fn listen(mode: Mode, socket: Rc<Socket>, tail: Leftover, tally: Rc<Tally>, welcomed: oneshot::Sender<()>) {
    let mut welcomed = Some(welcomed);
    let code = socket
        .listen(tail, |text| {
            count(&tally.texts);
            match speech::hear(mode, text) {
                Heard::Talk(stamp) => tally.heard(stamp),
                Heard::Stored => count(&tally.stored),
                Heard::Refused => count(&tally.refused),
                Heard::Answer(answer) => {
                    socket.say(answer);
                }
                Heard::Welcome => {
                    if let Some(welcomed) = welcomed.take() {
                        welcomed.send(()).ok();
                    }
                }
                Heard::Other => {}
            }
        })
        .await;
    count(&tally.broken);
    // 1000: we ended the room.
    if code != Some(1000) && tally.broken.get() == 1 {
        eprintln!("a connection ended: {code:?}");
    }
}
