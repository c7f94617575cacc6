# English: the language that the program is written in. Every message is here, and each becomes a function: home-heading
# is t::home::heading(). Its group is the heading (##) above it, with which its key begins.
#
# { $name } is text, NUMBER($count) or a selector makes a number. <name>…</name> is an element of the page.
# A comment above a message tells the translator what its words alone do not say.

# The language itself: its own name, ltr or rtl, and whether every message must be here (yes) or may be English (no).

language-name = English
language-direction = ltr
language-complete = yes
# How numbers are written: 1.4, and 12 345 with a narrow space, but 1234.
number-decimal = .
number-group = { "\u202F" }
number-group-from = 5

## common
## Words of controls that are the same everywhere.

# Link to the home page.
common-go-home = Go home
# Link that loads the page again.
common-try-again = Try again
common-sign-in = Sign in
# Button of a dialog or a notice.
common-close = Close

## not-found
## The page for an unknown address.

not-found-title = Page not found
not-found-heading = There is no such page
not-found-advice = The address may be mistyped, or the link is old. Search for the film instead.

## size
## Sizes of files, in decimal units, as for disks. $value is a number with at most one decimal.

size-bytes = { $value } B
size-kilobytes = { $value } kB
size-megabytes = { $value } MB
size-gigabytes = { $value } GB
size-terabytes = { $value } TB
# A rate; $size is a whole size, e.g. "1.4 MB/s".
size-per-second = { $size }/s
# How much of a file is there, e.g. "1.4 of 2 MB". $have is a number in the unit of $whole.
size-part = { $have } of { $whole }

## span
## Durations.

span-milliseconds = { NUMBER($milliseconds) } ms
# Seconds with one decimal, e.g. "1.2 s".
span-tenths = { $seconds } s
span-seconds = { NUMBER($seconds) } s
span-minutes = { NUMBER($minutes) } min
span-hours = { NUMBER($hours) } h
span-hours-minutes = { NUMBER($hours) } h { NUMBER($minutes) } min

## age
## How old something is, where only the age is shown.

age-just-now = just now
age-minutes = { NUMBER($minutes) } min
age-hours = { NUMBER($hours) } h
age-days = { $days ->
    [one] { $days } day
   *[other] { $days } days
}
age-months = { $months ->
    [one] { $months } month
   *[other] { $months } months
}
age-years = { $years ->
    [one] { $years } year
   *[other] { $years } years
}

## ago
## When something happened. Also put into sentences: "used 5 min ago", "Closed · just now".

ago-just-now = just now
ago-minutes = { NUMBER($minutes) } min ago
ago-hours = { NUMBER($hours) } h ago
ago-days = { $days ->
    [one] { $days } day ago
   *[other] { $days } days ago
}
ago-months = { $months ->
    [one] { $months } month ago
   *[other] { $months } months ago
}
ago-years = { $years ->
    [one] { $years } year ago
   *[other] { $years } years ago
}

## date

# 2026-11-21. Month and day have two digits.
date-in-digits = { $year }-{ $month }-{ $day }

## list
## Lists of names.

# $rest is the list of all but the first, made with this message too.
list-more = { $first }, { $rest }

## page
## What every page has.

# For people who use the keyboard: jumps over the header.
page-skip-to-content = Skip to the content

## header

# Label of the link that is the name and the logo of the program.
header-home = Matinee, home
header-rooms = Rooms
header-switch-theme = Switch between dark and light

## account-menu

account-menu-label = Your account
# Label of the button that opens the menu.
account-menu-of = Account of { $name }
account-menu-history = History
account-menu-account = Account
account-menu-admin = Admin
account-menu-sign-out = Sign out

## account-notice
## Another account has been signed in in this browser since the page was loaded.

account-notice-signed-out = You are signed out.
account-notice-signed-in-as = You are now signed in as { $name }.
# After one of the two above.
account-notice-advice = Reload to go on; nothing is saved from this page until then.
account-notice-reload = Reload

## drop
## A file that is dragged over the page.

drop-here = Drop the .torrent to watch it
drop-not-a-torrent = { $file } is not a .torrent file. Drop the .torrent of the film.

## files
## The files of a torrent.

# At the end of a long list.
files-more = { $count ->
    [one] and { $count } more file
   *[other] and { $count } more files
}
# How much of a file is downloaded.
files-share = { NUMBER($percent) } %

## form

form-hide-password = Hide the password
form-show-password = Show the password

## row
## A row of posters.

# Link to the whole list.
row-see-all = See all
# Label of the button on a poster.
row-remove = Remove { $title } from this row
# Notice with an undo button after it.
row-removed = Removed { $title }.
row-undo = Undo

## category
## What a search finds: categories of torrents.

category-all = All
category-movies = Movies
category-tv = TV
category-audio = Audio
category-books = Books
category-other = Other

## search-field

# In the empty field.
search-field-placeholder = Search
# In the empty field of the home page.
search-field-placeholder-large = Film or magnet link
search-field-label = Search for a film, or paste a magnet link, an info hash or a .torrent address
# Verb: the button.
search-field-submit = Search

## search-controls
## Filters above the results.

search-controls-category = Category
search-controls-indexer = Indexer
search-controls-all-indexers = All indexers
# Label of the menu with the orders below.
search-controls-order = Order
search-controls-best-match = Best match
search-controls-most-seeders = Most seeders
# By size.
search-controls-largest = Largest
search-controls-newest = Newest
# Button, only without JavaScript.
search-controls-apply = Apply

## hit
## A result of a search.

hit-size-unknown = size unknown
# Verb: the button.
hit-watch = Watch
# Label of the same button.
hit-watch-title = Watch { $title }
# Label of the button that makes a room.
hit-watch-together-title = Watch { $title } together
# "w" is the key.
hit-watch-together-tip = Watch together (w)
hit-seeders = { $seeders ->
    [one] { $seeders } seeder
   *[other] { $seeders } seeders
}
hit-seeders-and-leechers = { $seeders ->
    [one] { $seeders } seeder
   *[other] { $seeders } seeders
}, { $leechers ->
    [one] { $leechers } leecher
   *[other] { $leechers } leechers
}
hit-seeders-unknown = Seeders unknown

## indexers
## State of each source of results during a search: its name, then one of these.

indexers-label = Indexers
# Name of the source that is the server's own catalogue.
indexers-this-server = This server
indexers-asking = asking…
indexers-not-asked = not asked
indexers-nothing = nothing
# $time is a measured time, e.g. "1.2 s".
indexers-hits = { $count ->
    [one] { $count } hit in { $time }
   *[other] { $count } hits in { $time }
}
indexers-timeout = did not answer within { $time }
indexers-error = answered with an error
indexers-broke-off = the connection broke off

## together
## Taking a film to a room.

# Title of the dialog, and the button that opens it.
together-title = Watch together
together-sign-in-first = Sign in to make a room; your friends need no account. You come straight back to this film.
together-sign-up = Create an account
# The film, and the place in it from which the room goes on. $time is e.g. "1:02:03".
together-film-at = <film/>, at { $time }
together-new-room = Start a new room
together-rooms = Your rooms
# Button that takes the film to this room.
together-in-room = In <room/>
together-open = Open
together-open-with = { $count ->
    [one] Open · { $count } person
   *[other] Open · { $count } people
}
# $ago is e.g. "5 min ago" or "just now".
together-closed = Closed · { $ago }
together-making = Making a room…
together-going = Going to the room…

## player

player-label = Player controls
player-play = Play
player-pause = Pause
# The letter in parentheses is the key, in this and all other tips of the player.
player-play-tip = Play or pause (k)
player-back = Back 10 seconds
player-back-tip = Back 10 seconds (j)
player-forward = Forward 10 seconds
player-forward-tip = Forward 10 seconds (l)
player-keys = Keys
player-keys-tip = Keys (?)
player-close-keys = Close the list of keys
player-picture-in-picture = Picture in picture
player-picture-in-picture-tip = Picture in picture (p)
player-fullscreen = Fullscreen
player-leave-fullscreen = Leave fullscreen
player-fullscreen-tip = Fullscreen (f)
player-mute = Mute
player-sound-on = Sound on
player-mute-tip = Mute (m)
player-volume = Volume
player-speed = Speed
player-speed-tip = Speed (< >)
# A speed to choose, e.g. "1.25×".
player-speed-times = { $speed }×
# Label of the seek bar.
player-position = Position
# $position and $length are e.g. "12:34".
player-position-of = { $position } of { $length }
# The server has ended the transfer of the film.
player-broke-off = The connection broke off.
player-resumed = Resumed at { $time } · <again>Start over</again>

## debug
## Panel for the curious: how the torrent is being downloaded and played.

debug-label = Debug panel
debug-heading = Debug
debug-close = Close the debug panel
# Rates of download and upload.
debug-down = Down
debug-up = Up
debug-unknown = unknown
debug-state = State
debug-state-resolving = reading the metadata
debug-state-checking = checking the disk
debug-state-downloading = downloading
debug-state-finished = finished
debug-state-paused = paused
debug-state-disk-full = disk full
debug-state-error = error
# How much of the torrent is on this server.
debug-here = Here
# Time from opening the page to the first picture.
debug-first-frame = First frame
debug-first-frame-not-yet = not yet
debug-buffer = Buffer ahead
debug-dropped-frames = Dropped frames
debug-dropped-of = { NUMBER($dropped) } of { NUMBER($total) }
debug-peers = Peers
# Other computers that have the torrent: connected now, being connected, known at all.
debug-peer-counts = { NUMBER($connected) } connected · { NUMBER($connecting) } connecting · { NUMBER($known) } known
# Program of a peer.
debug-peer-client = Client
debug-peer-address = Address
# Kind of connection: TCP or uTP.
debug-peer-via = Via
debug-peer-speed = Speed
debug-peer-received = Received
debug-pieces = Pieces
# How many pieces are here, and the size of one.
debug-piece-counts = { NUMBER($here) } of { NUMBER($all) } · { $size } each
debug-piece-map = Map of the pieces that are here

## home

home-title = Find a film and watch it
# For search engines and previews of links.
home-description = Find a film and stream it from BitTorrent within seconds, on your own server.
home-heading = What are we watching?
home-account-deleted = Your account is deleted, with its history and its rooms.
home-with-friends = With friends? <rooms>Watch together in a room</rooms>
# <mouse> is hidden on touch screens.
home-paste = Paste a magnet link, <mouse>drop a .torrent anywhere, </mouse>or <pick>pick a .torrent file</pick>
home-pick-file = Pick a .torrent file
home-continue-watching = Continue watching
home-popular = Popular this week
home-latest = Latest
# How much of a film is still to be watched; $time is e.g. "1 h 2 min".
home-time-left = { $time } left
# The next episode of a series.
home-next = Next: { $episode }
# Watching now.
home-viewers = { $count ->
    [one] { $count } viewer
   *[other] { $count } viewers
}
home-free-heading = Nothing here yet. Try a free film
home-free-lead = From the Internet Archive, one click each. Or paste a magnet link above.
home-free-label = Free films
# $by made the film.
home-free-note = { $by }, { NUMBER($minutes) } min
home-free-fetching = Fetching it…
home-archive-silent = Could not get this film: the Internet Archive did not answer. Try again later.
# The same for whoever runs the server.
home-archive-silent-admin = Could not get this film: the Internet Archive did not answer. Try again later. Check that this server has an internet connection.

## latest

latest-title = Latest
latest-label = Latest films
latest-older = Show older ones
latest-empty = Nothing new yet
latest-empty-detail = New films from your indexers and recently watched ones appear here.
# Link to the home page.
latest-find = Find a film

## rooms
## The list of rooms that an account has made or joined.

rooms-title = Rooms
# Title for who is not signed in.
rooms-watch-together = Watch together
rooms-sign-in-title = Sign in to make a room
rooms-sign-in-detail = A room is a link that you send to friends: everybody sees the same frame at the same moment, and you talk beside it. Friends with a link need no account.
rooms-new = New room
# State of a room.
rooms-open = Open
# How many people are in a room.
rooms-people = { $count ->
    [one] { $count } person
   *[other] { $count } people
}
# $ago is e.g. "5 min ago" or "just now".
rooms-closed = Closed · { $ago }
# Whose room it is.
rooms-yours = Yours
rooms-of = { $host }’s
# The room has a password.
rooms-password = Password
# Verb: tip of the button that ends a room for good.
rooms-end-tip = End the room
# Label of the same button. $room is the room's title.
rooms-end-label = End { $room }
rooms-end-question = End it, with its queue? What was said is deleted after 30 days.
rooms-end = End it
rooms-keep = Keep it

## new-room
## Form for a new room.

new-room-label = New room
new-room-lead = A room is a link that you send to friends: everybody sees the same frame at the same moment, and you talk beside it.
# Button that closes the form.
new-room-never-mind = Never mind
new-room-title-hint = What your friends see, e.g. Friday night.
new-room-more-options = More options
new-room-password = Password
new-room-password-hint = Without one, anyone with the link can join.
new-room-link-hint = Letters, digits and dashes, e.g. friday-night.
new-room-make = Make the room
new-room-making = Making it…

## room-option
## Options of a room, in the form for a new one and in its settings.

room-option-title = Title
# A part of the address, chosen by the host.
room-option-link = Custom link
room-option-capacity = Maximum people
room-option-guests = People without an account may come in
room-option-wait = Pause for people who are buffering (10 s at most)
room-option-keep-chat = Keep what was said when the room closes

## room

# Title of the page before the room's own is known.
room-title = Room
room-connection-lost = Connection lost. Reconnecting…

## preview
## Preview of a room's link in chat programs.

preview-invites = { $host } invites you to watch together.
preview-invites-to-film = { $host } invites you to watch { $film } together.

## entrance
## What is shown to people who are not in the room yet, or not any more. A pair of -title and -detail is a heading and the
## text below it.

entrance-needs-javascript = A room needs JavaScript.
entrance-going-in = Going in…
# Link to the list of rooms.
entrance-my-rooms = My rooms
entrance-unknown-title = There is no such room
entrance-unknown-detail = Perhaps it was ended, or the link is not complete. Ask whoever sent it.
entrance-for-accounts-title = This room is for people with an account
entrance-for-accounts-detail = Sign in, and you come straight back here.
entrance-signed-in-as-title = You are now signed in as { $name }
entrance-signed-in-as-detail = You were not when this page was opened.
entrance-join-as = Join as { $name }
entrance-signed-out-title = You are signed out
entrance-signed-out-detail = Sign in, and you come straight back here.
entrance-stay-as-guest = Stay as a guest
# Nobody is in the room.
entrance-invites = { $host } invites you to watch together.
# How many people are in the room. What is playing may follow.
entrance-here = { $count ->
    [one] { $count } person here
   *[other] { $count } people here
}
entrance-name = Your name
entrance-name-hint = What the others see. No account needed.
# The field of the name is empty.
entrance-name-missing = Say what you would like to be called.
entrance-password = Password of the room
# Verb: the button.
entrance-join = Join
entrance-joining = Joining…
entrance-forbidden-title = You may not come in
entrance-room-closed = The room is closed.
entrance-closed = The room is closed. It opens when { $host } comes.
entrance-closed-wait = You are let in by yourself then; this page can stay open.
entrance-full = Every seat is taken.
entrance-full-wait = You are let in as soon as somebody leaves.
entrance-locked-title = The room is locked
entrance-locked-detail = Nobody new is let in for now. Ask somebody inside to unlock it.
entrance-network-title = Guests from your network cannot join now
entrance-network-detail = A guest from the same network was removed from this room. Sign in to join with an account, or ask the host.
entrance-left-title = You left the room
entrance-left-detail = You can rejoin with the same link.
entrance-gone-title = The room has closed
entrance-gone-detail = It is not there any more, or it opens when its host comes.
entrance-not-allowed-title = You may not come in
entrance-not-allowed-detail = The host of this room does not let you in.
entrance-full-title = The room is full
entrance-full-detail = Every seat is taken. Try again when somebody has left.
entrance-flood-title = That was too much at once
entrance-flood-detail = This page said more than a room can hear, so it was sent out.
entrance-version-title = This page is older than the server
entrance-version-detail = Load it again to get the new one.
entrance-come-in-again = Come in again
# The server does not answer.
entrance-offline = Check the connection, then try again.
entrance-no-live-connection = The server answers, but its live connection (WebSocket) cannot be opened. Something between may not let it through: a proxy, or an extension of the browser.

## farewell
## Why somebody is not in the room any more: a heading and the text below it.

farewell-ended-title = The room was ended
farewell-ended-detail = The host has ended it. Thank you for being here.
farewell-expired-title = The room has closed
farewell-expired-detail = Nobody did anything here for hours. Its host can open it again by coming in.
farewell-kicked-title = You were removed from this room
farewell-kicked-detail = You were sent out by the host or a moderator. The host can let you back in; this page then goes in by itself.
farewell-banned-title = You were sent out for good
farewell-banned-detail = The host of this room does not let you in again.
farewell-replaced-title = This room is open in another tab
farewell-replaced-detail = You came in again with the same seat. Only one of them can be in it.
farewell-restarting-title = The server restarts
farewell-restarting-detail = It is back in a moment, and so are you.

## refusal
## Why the room did not do what somebody asked for.

refusal-stale = Somebody else was a moment quicker.
refusal-needs-remote = Ask for the remote to control the film.
refusal-needs-host = Only the host may do that.
refusal-needs-moderator = Only the host or a moderator may do that.
# "It" is a message in the chat.
refusal-needs-author = Only whoever wrote it may change it.
# "That" is a moderator or the host.
refusal-needs-account = Only somebody with an account can be that.
refusal-gone = That is not there any more.
refusal-too-fast = That was very quick. Wait a moment, then try again.
refusal-invalid = That is too long, or empty.
# Of a list that is full, e.g. the queue.
refusal-full = There is no room for more.
refusal-unknown-torrent = This torrent is not known here. Add it by its link.
refusal-blocked = This torrent is blocked on this server.
refusal-unplayable = There is nothing to play in this torrent.
refusal-no-video = There is nothing to play. Add something to the queue.
# "It" is a message in the chat or a request.
refusal-unavailable = It could not be delivered. Try again.

## room-bar
## Bar below the picture.

room-bar-invite = Invite
room-bar-settings = Settings
# Label of the button that opens them.
room-bar-settings-label = Settings of the room
room-bar-show-panel = Show the panel
room-bar-hide-panel = Hide the panel
# Verb: leaves the room.
room-bar-leave = Leave
# Emoji that float up over the picture.
room-bar-reactions = Reactions
# $emoji is the name of an emoji.
room-bar-react-with = React with { $emoji }

## room-side
## Panel beside the picture, and its tabs.

room-side-label = Beside the picture
room-side-chat = Chat
room-side-people = People
room-side-queue = Queue
# The other actions, on a phone.
room-side-more = More
# Label of the line between picture and panel, which can be moved.
room-side-width = Width of the panel

## invitation
## Dialog with the link to a room.

# Title of the dialog, and the buttons that open it.
invitation-title = Invite friends
invitation-anyone = Anyone with this link can join.
invitation-anyone-with-password = Anyone with this link and the password can join.
invitation-link = Link to this room
# Verb: the button.
invitation-copy = Copy
# The link has been copied.
invitation-copied = Copied
# Verb: hands the link to another app.
invitation-share = Share
# <code/> is the code of the room, which is in its link.
invitation-code = Code: <code/>
invitation-other-addresses = If the link does not open for somebody, try another address of this server:
invitation-loopback = Only this computer can open this link.
# <listen/> and <address/> are environment variables for whoever runs the server.
invitation-loopback-advice = To let others in, start Matinee with <listen/>, or set <address/> to the address at which they reach it.
invitation-qr-code = QR code of the link
# Field for addresses, after the other ways to invite.
invitation-by-mail = Or by mail
invitation-by-mail-hint = Up to 20 addresses.
# Verb: the button.
invitation-send = Send
invitation-sending = Sending…
invitation-sent = Sent

## room-settings
## Settings of the room and, first, of this browser.

room-settings-title = Settings
# Heading: settings of this browser only.
room-settings-yours = Yours
room-settings-your-name = Your name
room-settings-sound = A sound when somebody calls you
room-settings-hide-spoilers = Hide spoilers: messages about scenes I have not reached
# Heading: settings for everybody.
room-settings-of-room = The room
room-settings-locked = Locked: nobody new may come in
room-settings-anyone-controls = Anyone may control the film
room-settings-auto-advance = Play the next film when one ends
room-settings-shuffle = Shuffle the queue
# The remote is the permission to control the film. One of the two below follows.
room-settings-relief = Give the remote to whoever asks if its holder is away
room-settings-relief-never = never
# $time is e.g. "30 s" or "2 min".
room-settings-relief-after = after { $time }
room-settings-link-and-password = Link and password
room-settings-link-hint = Letters, digits and dashes; empty for none.
room-settings-new-password = New password
room-settings-new-password-hint = Empty leaves it as it is.
# Button that removes the password.
room-settings-no-password = No password any more
# Verb: the button.
room-settings-save = Save
room-settings-saving = Saving…
room-settings-saved = Saved
room-settings-clear-chat = Clear the chat
room-settings-clear-chat-warning = All that was said is gone then.
room-settings-end-room = End the room
room-settings-end-room-warning = The room and its queue are gone then. What was said is deleted after 30 days.
# Button: neither clear the chat nor end the room.
room-settings-keep = Keep it

## people
## The people in a room.

# Ranks.
people-host = Host
# Has the permissions of the host, who is away.
people-acting-host = Acting host
people-moderator = Moderator
people-guest = Guest
# After the reader's own name.
people-you = you
# Has the remote.
people-remote = Remote
people-asks = Asks for the remote
people-away = Away
# State of somebody for whom nothing plays.
people-in-room = In the room
people-buffering = Buffering…
people-in-sync = In sync
# How far somebody's picture is from the room's, e.g. "1.2 s behind".
people-behind = { $seconds } s behind
people-ahead = { $seconds } s ahead
# How much of the film is loaded, and how long a message to the server and back takes.
people-loaded = { NUMBER($seconds) } s loaded · { NUMBER($ping) } ms away
# $offset is e.g. "+12" or "-340".
people-offset-and-loaded = { $offset } ms · { NUMBER($seconds) } s loaded · { NUMBER($ping) } ms away
# Label of the menu of a person, and of the button that opens it.
people-about = About { $name }
people-give-remote = Give the remote
people-make-moderator = Make a moderator
people-no-moderator = No moderator any more
# To another host.
people-hand-over-room = Hand over the room
# Verb: the person may come back only if let in again.
people-send-out = Send out
# Verb: sends out for good.
people-ban = Ban
people-ban-question = Send { $name } out for good?
people-make-host-question = Make { $name } the host? You cannot take it back.
# The button below that question.
people-hand-over = Hand over
# Answer to both questions.
people-no = No
# Heading of the list of people who were sent out.
people-bans = Not let in
# Sent out for good.
people-banned = Banned
people-let-in-again = Let in again

## remote
## The remote: who has it controls the film for everybody.

remote-anyone = Anyone can control the film
remote-yours = You have the remote
remote-held-by = <name/> has the remote
remote-explained = Whoever has the remote plays, pauses and jumps for everybody. <dismiss>Got it</dismiss>
# Buttons: for the host, for everybody else, and after that was pressed.
remote-take = Take the remote
remote-ask = Ask for the remote
remote-withdraw = Asked · Cancel
# Who asks for the remote.
remote-asks = { $name } asks
remote-more-ask = { $name } and { NUMBER($more) } more ask
# The same for who can give it, with the two buttons below.
remote-request = <name/> asks for the remote
remote-give = Give
remote-not-now = Not now
# To somebody who tries to control the film.
remote-ask-first = { $name } has the remote. Ask for the remote to control the film.

## queue
## Films that are played next.

queue-on-now = On now
# Heading.
queue-next = Next
# Button that plays the first of the queue at once.
queue-play-next = Play next
queue-empty = The queue is empty. Add a film above.
queue-removed = Removed { $title }. <undo>Undo</undo>
# Verb: plays the queue in another order each time.
queue-shuffle = Shuffle
queue-added-by = Added by <name/>
# Labels and tips of the buttons of a film.
queue-play-now = Play now
queue-play-now-label = Play { $title } now
queue-up = Up
queue-up-label = { $title }: one up
queue-down = Down
queue-down-label = { $title }: one down
queue-remove = Remove
queue-remove-label = Remove { $title }
# A film that was taken to the room by somebody without the remote.
queue-waits = Added to the queue. Whoever has the remote can play it.

## queue-add
## Field that adds films to the queue, and what it finds.

queue-add-label = Add to the queue
queue-add-placeholder = Add: a title, a magnet link
queue-add-field = A title to search for, or a magnet link to add
queue-add-link-of-room = That is a room. Paste the link of a film here.
queue-add-searching = Searching…
queue-add-adding = Adding… The files' names are on their way.
# Label of the list of results.
queue-add-found = Found
queue-add-nothing-found = Nothing found.
queue-add-seeders = { $count ->
    [one] { $count } seeder
   *[other] { $count } seeders
}
# Label of the button of a result or a file.
queue-add-title = Add { $title }
# Heading of a list.
queue-add-other-files = { $count ->
    [one] { $count } other file in this torrent
   *[other] { $count } other files in this torrent
}

## room-screen
## The picture of a room.

room-screen-label = Picture
room-screen-empty-heading = What are we watching?
room-screen-empty = Nothing is on yet. Add a film, and it starts for everybody.
room-screen-add = Add a film
# The film waits for people whose connection is slow.
room-screen-waiting-for = Waiting for { $name }
room-screen-waiting-for-two = Waiting for { $first } and { $second }
room-screen-waiting-for-more = Waiting for { $first }, { $second } and { NUMBER($more) } more
room-screen-buffering = Buffering
room-screen-undecodable-title = Your browser cannot play this kind of file
room-screen-undecodable-detail = Others in the room may be able to. Somebody can choose another file in the queue.
room-screen-unreachable-title = The film does not come through
# The browser plays without sound until this is pressed.
room-screen-sound-on = Turn the sound on
# The chat over the picture, in fullscreen.
room-screen-show-chat = Show the chat
room-screen-hide-chat = Hide the chat

## chat

chat-label = Messages
chat-fetching-older = Fetching older messages…
chat-empty = Nothing said yet. Say hello.
# Line above the messages that the reader has not seen.
chat-new = New
chat-new-messages = { $count ->
    [one] { $count } new message
   *[other] { $count } new messages
}
# Button that scrolls to the end.
chat-to-latest = To the latest
chat-today = Today
chat-yesterday = Yesterday
chat-writing = <name/> is writing…
chat-writing-two = <first/> and <second/> are writing…
chat-writing-several = Several people are writing…
# What a screen reader says of a new message.
chat-spoken = { $name }: { $text }

## notice
## What people did, as lines between the messages.

notice-joined = <name/> came in
notice-left = <name/> left
notice-lost = <name/> lost the connection
notice-sent-out = <name/> was sent out
notice-played = <name/> pressed play
notice-paused = <name/> paused
notice-sought = <name/> went to another place in the film
notice-changed-speed = <name/> changed the speed
notice-chose-film = <name/> chose another film
notice-has-remote = <name/> has the remote
# Before one of these: how many came before it and are not shown.
notice-more-before = { NUMBER($count) } more before

## message
## A message in the chat.

# In place of one that was deleted.
message-deleted = Taken back
# After the text of one that was changed.
message-edited = edited
# In place of the text of one that would be a spoiler. $time is the place in the film, e.g. "1:02:03".
message-later = About a later moment, { $time }. <show>Show it</show>
# The same in a quote, and for a screen reader after the name of the author.
message-about-later = a message about a later moment
message-go-to = Go to { $time } in the film
message-about-another-film = That was about another film.
message-show-more = Show more
message-show-less = Show less
# In place of the author of a quoted message that is not loaded.
message-older = An older message
# Who reacted with an emoji. $emoji is its name, $names a list.
message-reacted = { NUMBER($count) } { $emoji }: { $names }
message-not-kept = Everybody has seen it, but it could not be kept. <again>Say it again</again>
# Verbs: buttons of a message.
message-react = React
message-reply = Reply
message-edit = Edit
message-delete = Take back
# Label of the field in which a message is changed.
message-edit-field = New words
message-save = Save
# Button that ends changing a message without saving it.
message-leave = Leave it
message-replied-deleted = The message you replied to was deleted.
message-send-without-reply = Send without the reply
message-send-again = Try again
# Button that discards a message that could not be sent.
message-drop = Drop it

## composer
## Field for a new message.

composer-placeholder = Say something
composer-label = Message
# Label of the button by which the message refers to the current moment.
composer-about-now = About this moment of the film
composer-about-now-tip = About this moment
composer-emoji = Emoji
# Verb: the button.
composer-send = Send
# Names and emoji that complete the word.
composer-suggestions = Suggestions
# <name/> wrote the message that is replied to.
composer-reply-to = To <name/>
composer-reply-deleted = The message you reply to was deleted. Yours is sent without the reply.
composer-no-reply = No reply
composer-left = { $count ->
    [one] { $count } character left
   *[other] { $count } characters left
}
composer-over = { $count ->
    [one] Too long by { $count } character
   *[other] Too long by { $count } characters
}
composer-too-long = Too long to send. Nothing of it is lost.

## emoji-picker

emoji-picker-label = Emoji
emoji-picker-find = Find an emoji
emoji-picker-none = None by that name.

## watch
## The page of a film.

# Title of the page, if the address names no film.
watch-not-a-film = Not a film
watch-bad-address = That is no film's address
watch-bad-address-detail = The info hash in the address is not complete. Copy the link again, or search for the film.
# Title of the page while it is loading.
watch-opening = Opening
# Label of what is below the picture.
watch-about = About this film
# Heading above the list of files.
watch-files = Files
# A film whose name is not known yet; $hash is the beginning of its info hash.
watch-unnamed = Unnamed film { $hash }
# Connected peers. The rate of download follows, behind a dot.
watch-peers = { $peers ->
    [one] { $peers } peer
   *[other] { $peers } peers
}
# How much of the film is on this server, after the rate of download.
watch-share-here = { NUMBER($percent) } % here
watch-copy-link = Copy link
# In place of the label above, for two seconds.
watch-copied = Copied
# Verb: the link that saves the file.
watch-download = Download
watch-open-elsewhere = Open in VLC or mpv
# Button that opens the debug panel.
watch-debug = Debug
watch-needs-script = Playing here needs JavaScript. VLC and mpv do not.

## stage
## In place of the picture of a film, while there is none.

# Peers and the rate of download may follow, each behind a dot.
stage-buffering = Buffering
stage-peers = { $peers ->
    [one] { $peers } peer
   *[other] { $peers } peers
}
stage-lost = The connection to Matinee is lost. Reconnecting…
# The download is slower than the film needs, so the beginning is delayed. $time is e.g. "40 s".
stage-held = Slower than the film needs: starts in about { $time }
# The same for screen readers, without the time, which changes.
stage-held-spoken = Slower than the film needs: it starts in a while
# Button that ends the delay.
stage-start-now = Start now
stage-search-again = Search again
stage-keep-waiting = Keep waiting
stage-nothing-to-play = There is nothing to play here
stage-nothing-to-play-detail = This torrent has no such film or sound file. Its files are listed below.
stage-unreachable = The film does not come through
stage-undecodable = Your browser cannot play this kind of file
stage-undecodable-detail = A player like VLC or mpv can, and it streams just as well.

## start
## What a film waits for before it starts: a few parts with dots between them, e.g. "12 peers · 1.4 of 2 MB to start ·
## about 3 s".

# The time spent on it follows.
start-finding-peers = Finding peers
# How much is checked follows.
start-checking = Checking what is on the disk
# Before "opening the film".
start-all-here = All of it is here
start-peers = { $peers ->
    [one] { $peers } peer
   *[other] { $peers } peers
}
# After the number of peers, as are the others below.
start-metadata = reading the metadata
start-files = reading the list of files
start-opening = opening the film
# How much of the beginning is here, of what is needed; $part is e.g. "1.4 of 2 MB".
start-beginning = { $part } to start
# The time that is left.
start-about = about { $time }
# For screen readers, in place of numbers, which change every second.
start-beginning-spoken = Getting the beginning of the film
start-alone = Nobody is sharing this film right now. We keep looking. Or pick a version with more seeders.
start-unserved = { $peers ->
    [one] { $peers } peer is connected, but nothing comes: others are served first. We keep asking. Or pick a version with more seeders.
   *[other] { $peers } peers are connected, but nothing comes: others are served first. We keep asking. Or pick a version with more seeders.
}
# The same for screen readers, without the number, which changes.
start-unserved-spoken = Peers are connected, but nothing comes: others are served first. We keep asking. Or pick a version with more seeders.
start-error = The download stopped because the disk could not be written or read.
start-disk-full = The disk is nearly full, so downloads have stopped. Nothing is lost; they go on when there is room.
start-paused = This torrent is paused.

## keys
## Keyboard shortcuts of the player: names of keys, and what each does.

# Names of keys, as they are printed on a keyboard.
keys-space = Space
keys-home = Home
keys-end = End
keys-escape = Esc
keys-play = Play or pause
keys-skip-ten = Back or forward 10 seconds
keys-skip-five = Back or forward 5 seconds
keys-volume = Louder or quieter
keys-mute = Mute
keys-fullscreen = Fullscreen
keys-picture-in-picture = Picture in picture
# The keys 0 to 9.
keys-jump = Jump to 0–90 %
keys-ends = Beginning or end
keys-speed = Slower or faster
keys-debug = Debug panel
keys-help = These keys
# Closes what is open over the picture.
keys-close = Close

## adding
## A torrent is being added from a link or a file: the toast at the bottom of the page.

adding-magnet = Reading the magnet link…
adding-address = Fetching the torrent…
adding-file = Reading { $file }…
adding-too-large = { $file } is larger than 10 MB. Pick the .torrent file, not the film.

## magnet
## Why a magnet link cannot be used.

magnet-only-v2 = This magnet link is for BitTorrent v2 only, which Matinee cannot play yet. Look for a v1 or hybrid torrent.
magnet-cut-off = This magnet link is cut off. Copy the whole link.

## error
## Titles of problems, each followed by a sentence about what happened, and what the browser finds out by itself.

error-title-invalid-input = Something in the request is not right
error-title-unauthorized = Sign in first
error-title-forbidden = Not allowed
error-title-not-found = Not found
error-title-method-not-allowed = Method not allowed
error-title-conflict = Already taken
error-title-another-account = The account has changed
error-title-bad-request = Not a proper request
error-title-too-large = Too large
error-title-unsupported-media-type = Unsupported media type
error-title-range-not-satisfiable = Range not satisfiable
error-title-misdirected = Not this instance's address
error-title-too-many-requests = Too many requests
error-title-bad-gateway = Another server failed
error-title-unavailable = Unavailable for the moment
error-title-timeout = It took too long
error-title-storage-full = The disk is full
error-title-internal = The server made a mistake
error-title-offline = The server cannot be reached
error-input = The input is not valid.
error-offline = Check the connection, then try again.
error-unreadable = The server's answer could not be read. Reload the page.
error-unwritable = The request could not be written.
error-no-reason = The server did not say why. Try again in a moment.
# Another account is signed in in this browser by now.
error-signed-out = You are signed out. Reload the page to go on.
error-signed-in-as = You are now signed in as { $name }. Reload the page to go on.

## entry
## What the pages with a single form have in common: signing in, signing up, a new password.

entry-needs-script = This page needs JavaScript.
entry-signed-in-as = You are signed in as { $name }.
# Link to the page that the visitor came for.
entry-go-on = Go on
entry-sign-out = Sign out

## sign-in

sign-in-title = Sign in
sign-in-nobody-yet = Nobody has an account here yet. Whoever makes the first one runs this instance.
sign-in-accounts-only = This instance is for people with an account: sign in to search and watch.
sign-in-login = E-mail or username
sign-in-password = Password
# Verb: the button.
sign-in-submit = Sign in
sign-in-busy = Signing in…
sign-in-forgot = Forgot the password?
sign-in-new-here = New here? <link>Make an account</link>
sign-in-invited = Invited? <link>Make an account</link>
sign-in-no-account = No account? Ask whoever runs this instance.
# Warnings for whoever has set the server up. $origin is the address in the browser, $public_url the one in the setting;
# MATINEE_PUBLIC_URL is the name of the setting.
sign-in-no-tls = Signing in does not work here: this server is set to { $public_url }, and you opened { $origin }. Open { $public_url } instead. If that is wrong, change MATINEE_PUBLIC_URL.
sign-in-elsewhere = This server is set to { $public_url }, and you opened { $origin }. If this address is right, set MATINEE_PUBLIC_URL={ $origin }.
# $host is what the proxy has sent; Host is the name of a header.
sign-in-host-lost = You opened { $origin }, and the proxy in between tells the server { $host }. Set MATINEE_PUBLIC_URL={ $origin }, or have the proxy pass on the Host header.
sign-in-tls-untold = You opened { $origin }, and the server does not know that it is reached by https. Set MATINEE_PUBLIC_URL={ $origin }.

## sign-up

sign-up-title = Make an account
sign-up-closed = Sign-up is closed
sign-up-closed-detail = This instance takes no new accounts. Ask whoever runs it, or sign in if you have one.
sign-up-first = You are the first one here: your account will run this instance.
sign-up-lead = What you watched in this browser comes with you.
sign-up-token = Set-up token
# admin-token is the name of the file.
sign-up-token-hint = Shows that this instance is yours. It is in Matinee's log, and the file admin-token in its data folder works too.
sign-up-code = Invite code
sign-up-code-hint = From whoever invited you.
sign-up-email = E-mail
sign-up-email-hint = Only for a forgotten password.
sign-up-username = Username
sign-up-username-hint = What others see: 3 to 32 letters, digits, dots, dashes.
sign-up-password = Password
# Below every field for a new password.
sign-up-password-hint = At least 10 characters. A few words in a row are good.
# Verb: the button.
sign-up-submit = Make an account
sign-up-busy = Making it…
sign-up-sign-in = Have one already? <link>Sign in</link>

## forgot
## The page for a forgotten password.

forgot-title = Forgot the password
forgot-heading = Forgot the password?
forgot-no-mail = This instance sends no mail. Ask whoever runs it for the link to a new password.
forgot-sent = If an account has that address, a mail with a link is on its way. The link works once, for 30 minutes.
# The same on an instance that sends no mail.
forgot-made = If an account has that address, a link is made. Whoever runs this instance has it; it works once, for 30 minutes.
forgot-email = Your account's e-mail
# Verb: the button.
forgot-send = Send the link
# The same on an instance that sends no mail.
forgot-ask = Ask for a link
forgot-busy = Sending…
forgot-back = Back to signing in

## reset
## The page on which a new password is chosen, opened by the link in a mail.

reset-title = Choose a new password
reset-incomplete = This link is not complete
reset-incomplete-detail = Open it from the mail again, or ask for a new one.
reset-new-link = Ask for a new link
reset-changed = Your password is changed, and every device is signed out.
reset-password = New password
reset-submit = Change the password
reset-busy = Changing…

## account
## The page of the account, in sections. A lead is the line below a heading.

account-title = Account
account-signed-out = You are not signed in
account-signed-out-detail = Sign in to see your account. If you were a moment ago, this device was signed out.
account-since = Here since <date/>
# The account is an admin's.
account-since-admin = Runs this instance · Here since <date/>
account-profile = Profile
account-profile-lead = Your name is what others see.
account-password = Password
account-password-lead = Changing it signs every other device out.
account-preferences = Preferences
account-preferences-lead = They follow you to every device.
account-devices = Devices
account-devices-lead = Where you are signed in.
account-data = Your data
account-data-lead = Everything this instance knows about you, as one JSON file.
account-download = Download my data
account-delete = Delete the account
account-delete-lead = Your history, preferences and devices go with it, for good.

## profile
## Forms for the name and the address of an account, and for its password.

profile-label = Profile
profile-username = Username
profile-email = E-mail
profile-current-password = Current password
profile-current-password-hint = Only to change the e-mail.
profile-save = Save
profile-saving = Saving…
profile-saved = Saved
profile-password-label = Password
profile-new-password = New password
profile-change-password = Change the password
profile-changing = Changing…
# After the password has been changed.
profile-changed = Changed

## preferences

# Language of the pages. Each language is listed by its own name.
preferences-language = Language
# The language that the browser asks for.
preferences-language-browser = Same as browser
preferences-theme = Theme
# The theme that the device has.
preferences-theme-system = Same as system
preferences-theme-dark = Dark
preferences-theme-light = Light
# Speed of playback.
preferences-speed = Speed
preferences-volume = Volume
preferences-percent = { $percent } %

## devices

# The device from which the page is seen.
devices-this = This device
# When the device was used last; $ago is e.g. "5 min ago" or "just now".
devices-used = used { $ago }
# Verb: the button.
devices-sign-out = Sign out
# Label of the same button.
devices-sign-out-of = Sign out { $device }
devices-sign-out-others = Sign out everywhere else

## account-deletion
## The form that deletes the account.

account-deletion-open = Delete my account
account-deletion-label = Delete the account
account-deletion-username = Your username
account-deletion-username-hint = Type it to be sure.
# Something else was typed than the user name.
account-deletion-not-it = This is not { $name }.
account-deletion-password = Password
account-deletion-submit = Delete it for good
account-deletion-busy = Deleting…

## history
## The history of what was watched.

history-title = History
# In the empty field.
history-find = Find in your history
history-empty = Nothing here yet
history-empty-detail = What you watch is kept here, so that you can go on where you left it.
# Link to the home page.
history-find-a-film = Find a film
history-not-found = Nothing found
history-not-found-detail = No title and no file of your history has these words.
history-show-everything = Show everything
history-older = Show older
history-loading = Loading…
history-clear = Clear the history
history-clear-label = Remove everything?
history-clear-question = Remove everything you watched? This cannot be taken back.
history-clear-yes = Remove everything
history-clear-no = Keep it
# A film that was watched to its end.
history-watched = Watched
# How much of a film is still to be watched; $time is e.g. "1 h 2 min".
history-time-left = { $time } left
# Label of the button in a line.
history-remove = Remove { $title } from the history

## search
## The page of results.

# Title of the page while nothing is searched for.
search-title = Search
# Heading of the page, for screen readers.
search-results-for = Results for “{ $words }”
search-again = Search again
# Above the results.
search-torrents = { $count ->
    [one] { $count } torrent
   *[other] { $count } torrents
}
# The same while sources have yet to answer.
search-torrents-so-far = { $count ->
    [one] { $count } torrent so far
   *[other] { $count } torrents so far
}
# Link, only without JavaScript.
search-not-all = Some indexers have not answered yet. Load the page again in a moment.
# Label of the links to other pages of results.
search-pages = Pages
search-previous = Previous
search-next = Next
search-page-of = Page { NUMBER($page) } of { NUMBER($last) }
search-nothing-for = Nothing found for “{ $words }”
search-nothing-filtered = Nothing passes these filters.
# Link that takes all filters off.
search-show-everything = Show everything
search-nothing-advice = Try fewer words, or the film's original title. A magnet link or a .torrent address works in the field too.
# The field was empty.
search-empty = What are you looking for?
search-empty-detail = Type a film's title above, or paste a magnet link.
search-unusable = This link does not work
search-room = That is a room
search-room-detail = There is nothing to search for: go in and watch with the others.
search-go-to-room = Go to the room
search-torrent = That is a torrent
search-torrent-detail = There is nothing to search for: it can be watched at once.
search-watch-torrent = Watch this torrent
# An address of the web.
search-address = That is an address
search-address-detail = If a .torrent file is there, it can be watched at once. This needs JavaScript.

## admin
## The page for whoever runs the instance, and what its parts have in common.

admin-heading = Admin
# Title of the page; $part is one of those below.
admin-title = { $part } · Admin
# Label of the links to the parts.
admin-parts = Parts of the admin page
admin-users = Users
admin-invites = Invites
admin-indexers = Indexers
admin-torrents = Torrents
admin-filters = Filters
admin-keys = Keys
admin-only = This page is for admins
admin-only-detail = Your account does not run this instance. Whoever does can make you an admin, too.
admin-signed-out-detail = Sign in with the account that runs this instance.
admin-more = Show more
admin-fetching-more = Fetching more…
# Label of what is shown while a list is loading.
admin-fetching = Fetching
# Button beside one that removes something for good: it is kept.
admin-keep = Keep
# In place of the label of a button that copies, for two seconds.
admin-copied = Copied
# When an invite, a filter or a key was made; $ago is e.g. "5 min ago" or "just now". Other facts stand before it, each
# with a dot behind.
admin-made = made { $ago }

## admin-user
## Accounts of the instance.

admin-user-lead = Everybody with an account here, newest first.
# In the empty field.
admin-user-find = Name or address
admin-user-find-label = Find a user by name or address
admin-user-nobody = Nobody has such a name or address.
# The account of whoever looks at the page.
admin-user-you = You
# The account cannot be used.
admin-user-disabled = Disabled
# When the account was used last; $ago is e.g. "5 min ago" or "just now". The number of devices follows, behind a dot.
admin-user-here = here { $ago }
admin-user-not-signed-in = not signed in
admin-user-devices = { $devices ->
    [one] { $devices } device
   *[other] { $devices } devices
}
# Label of the menu with the two roles below.
admin-user-role = Role of { $name }
admin-user-role-user = User
admin-user-role-admin = Admin
# Verb: the button, and the one that confirms it.
admin-user-disable = Disable
admin-user-disable-label = Disable { $name }
admin-user-disable-question = Sign { $name } out everywhere and keep them out?
# Verb: the button.
admin-user-enable = Enable
admin-user-enable-label = Enable { $name }

## admin-invite
## Codes with which people can make an account.

admin-invite-needed = People need one of these codes to sign up here.
# MATINEE_SIGN_UP=invite is a setting, here and below.
admin-invite-not-needed = Everybody may sign up here, so codes are not needed. MATINEE_SIGN_UP=invite changes that.
admin-invite-useless = Nobody may sign up here, so codes do nothing. MATINEE_SIGN_UP=invite changes that.
admin-invite-whom = Who is it for?
# Number of accounts that can be made with a code.
admin-invite-accounts = Accounts
# How long a code can be used: label of the menu with those below.
admin-invite-lasts = Lasts
admin-invite-day = A day
admin-invite-week = A week
admin-invite-month = A month
admin-invite-for-ever = For ever
admin-invite-make = Make an invite
admin-invite-making = Making it…
admin-invite-none = No invites yet.
# State of a code, one of three.
admin-invite-used-up = used up
admin-invite-too-old = too old
admin-invite-left = { $accounts ->
    [one] { $accounts } account left
   *[other] { $accounts } accounts left
}
# How long a code can be used, after its state and a dot.
admin-invite-until = until <date/>
admin-invite-copy = Copy link
admin-invite-copy-label = Copy the link of invite { $code }
admin-invite-remove = Remove
admin-invite-remove-label = Remove invite { $code }
admin-invite-remove-question = It will open no more accounts.

## admin-indexer
## Sources of results.

# MATINEE_INDEXERS is a setting.
admin-indexer-lead = Where searches are sent. They are set by <setting>MATINEE_INDEXERS</setting>.
admin-indexer-none = No indexers: nothing can be found.
# Verb: the button.
admin-indexer-test = Test
admin-indexer-test-label = Test { $name }
admin-indexer-asking = Asking…
# Result of the test. $time is e.g. "340 ms", $asked what was searched for.
admin-indexer-works = { $count ->
    [0] Works ({ $time }). Asked for { $asked }: no results.
    [one] Works ({ $time }). Asked for { $asked }: { $count } result.
   *[other] Works ({ $time }). Asked for { $asked }: { $count } results.
}
admin-indexer-failed = It failed. That took { $time }.
# $reason is one or more sentences.
admin-indexer-failed-because = { $reason } That took { $time }.
# What it can be asked for, as a list of the three below.
admin-indexer-searches = Searches for
admin-indexer-searches-words = words
admin-indexer-searches-films = films
admin-indexer-searches-series = series
# In place of the list.
admin-indexer-searches-nothing = nothing
# The categories that it has, as a list.
admin-indexer-categories = Categories
# In place of the list.
admin-indexer-categories-none = it lists none
# The greatest number of results that it sends.
admin-indexer-hits-at-once = Hits at once

## admin-torrent
## Torrents on the disk.

admin-torrent-lead = What is on the disk. When the quota is used up, what was watched longest ago is removed by itself.
admin-torrent-quota-label = Part of the quota that is used
# $part is e.g. "1.4 of 2 TB", $free a size.
admin-torrent-quota = { $part } of the quota used · { $free } free on the disk
admin-torrent-full = The disk is nearly full, so downloads have stopped. Remove something.
admin-torrent-none = Nothing is on the disk yet.
# Below the list of the largest ones.
admin-torrent-smaller = { $count ->
    [one] and { $count } smaller one
   *[other] and { $count } smaller ones
}
# State of a torrent, one of these.
admin-torrent-partly = partly here
admin-torrent-resolving = looking for details
admin-torrent-checking = being checked
admin-torrent-downloading = downloading
admin-torrent-complete = complete
admin-torrent-paused = paused
admin-torrent-disk-full = waiting for room
admin-torrent-error = stopped by an error
# When it was watched last, after its state and a dot; $ago is e.g. "5 min ago" or "just now".
admin-torrent-watched-now = being watched now
admin-torrent-watched = watched { $ago }
admin-torrent-never-watched = never watched
admin-torrent-remove = Remove
admin-torrent-remove-label = Remove { $name }
admin-torrent-remove-question = Remove it from the disk and the catalogue?
admin-torrent-remove-question-watched = Somebody is watching it. Remove it all the same?

## admin-filter
## Rules for what must not be found.

admin-filter-lead = Matching torrents are hidden and cannot be added. Words are whole words in any case; expressions need not fit the whole title.
# Label of the menu with the three kinds below.
admin-filter-by = Block by
admin-filter-words = Words
admin-filter-expression = Regular expression
admin-filter-hash = Info hash
admin-filter-what = What to block
admin-filter-why = Why (for you)
admin-filter-block = Block it
admin-filter-blocking = Blocking it…
admin-filter-none = Nothing is blocked.
admin-filter-remove = Remove
admin-filter-remove-label = Remove the filter { $pattern }
admin-filter-remove-question = What it blocks will be found again.

## admin-key
## Keys with which other programs add to the catalogue.

# The two elements are parts of a program's request.
admin-key-lead = A program that adds to the catalogue by <request>POST /api/ingest</request> sends its key as <header>X-Api-Key</header>.
admin-key-program = Which program is it for?
admin-key-make = Make a key
admin-key-making = Making it…
admin-key-once = <important>This is the only time that the key is shown.</important> Copy it now.
admin-key-copy = Copy key
admin-key-copy-label = Copy the key
# Button that hides the key.
admin-key-have = I have it
# MATINEE_INGEST_KEYS is a setting.
admin-key-none = No keys made here. Those of MATINEE_INGEST_KEYS are not listed.
# When it was used last, before a dot; $ago is e.g. "5 min ago" or "just now".
admin-key-used = used { $ago }
admin-key-never-used = never used
admin-key-revoke = Revoke
admin-key-revoke-label = Revoke the key of { $name }
admin-key-revoke-question = Its program is refused at once.

## server-http
## Requests that cannot be answered, and what every answer may be.

server-http-database-away = The database does not answer. Try again in a moment.
server-http-disk-full = The disk of this instance is full. Whoever runs it must make room.
server-http-our-mistake = The mistake is on our side and was written to the log. Try again.
server-http-too-often = { $seconds ->
    [one] That was too often. Try again in { $seconds } second.
   *[other] That was too often. Try again in { $seconds } seconds.
}
server-http-too-slow = It took too long. Try again.
server-http-long-address = This address is too long.
server-http-odd-address = This address has dots, backslashes or empty parts between its slashes.
server-http-json-only = Send JSON with content-type: application/json.
server-http-json-or-nothing = Send JSON with content-type: application/json, or nothing.
server-http-too-large = The request is larger than this route takes.
server-http-broke-off = The request broke off.
server-http-no-object = This must be: object.
server-http-field-missing = This field is missing.
server-http-no-route = There is no such route. /api/docs lists them.
server-http-no-method = This route does not take that method. /api/docs lists them.
server-http-no-next = Use the `next` of the page before, as it is.
server-http-another-account = You are now signed in as { $name }. Reload the page to go on.
server-http-no-account = You are signed out. Reload the page to go on.
server-http-cross-site = This request came from another site. Use this instance's own pages, or its API without cookies.
server-http-hosts-twice = This request has more than one Host header.
server-http-hosts-differ = The Host header and the address of this request name different hosts.
server-http-host-missing = This request has no Host header: it has to say whom it is for.
server-http-host-unknown = This instance does not know the name { $host }. If it is yours, set MATINEE_PUBLIC_URL to the address that people use, or add { $host } to MATINEE_HOSTS, and start Matinee again.
server-http-host-unreadable = The Host header of this request is no name or address.
server-http-messages-gone = There are no such messages. Load the page again.
server-http-socket-elsewhere = This socket was asked for by another site's page.
server-http-socket-only = This address is a WebSocket's.
server-http-sockets-yours = You, or guests in your network, have too many rooms open. Close some tabs, then try again.
server-http-sockets-all = Too many people are in rooms on this instance. Try again in a moment.
server-http-playlist-name = The name of a playlist is an info hash and “.m3u8”.
server-http-range-outside = The file has { NUMBER($length) } bytes; the range lies outside.
server-http-streams-yours = You, or guests in your network, have too many streams open. Close some, then try again.
server-http-streams-all = Too many streams are open on this instance. Try again in a moment.
server-http-limit = From 1 to 100.
server-http-metadata-or-nothing = One of metadata, nothing.
server-http-upload-unreadable = The upload could not be read. Send a form with the field “torrent”.
server-http-upload-missing = The form has no field “torrent”.
server-http-torrent-name = A torrent is named by its info hash or its catalogue id.
server-http-one-or-text = Ask for one torrent's lines or for a text, not for both.
server-http-one-page = One torrent's lines are one page, without a `next`.
server-http-api-key = The API key is missing, wrong or revoked.
server-http-ingest-limit = One call takes at most 1,000 records.

## server-access
## What somebody may not do.

server-access-accounts-only = This instance is for people with an account. Sign in first.
server-access-sign-in = Sign in first.
server-access-player-token = This token is for playing a film. Sign in to do more.
server-access-admin-only = Only an admin of this instance may do this.
server-access-operator-only = Only the operator of this instance may do this.
server-access-other-site = Another site's page asked for this. Open it on this instance's own pages.

## server-account
## Accounts, passwords and signing in.

server-account-setup-token = This is not the set-up token. It stands in the program's log, and the file admin-token in its data folder will do as well.
server-account-no-account = There is no such account.
server-account-last-admin = This is the only admin who can sign in. Make somebody else an admin first.
server-account-yourself-last-admin = You are the only admin here. Make somebody else admin first.
server-account-no-login = You are not signed in there any more.
server-account-invite-used = This invite code is used up, too old or mistyped.
server-account-closed = New accounts are closed on this instance. Ask whoever runs it.
server-account-wrong-password = That name and password do not belong together. Try again, or choose a new password.
server-account-disabled = This account has been disabled. Ask whoever runs this instance.
server-account-link-used = This link has been used or is too old. Ask for a new one.
server-account-not-your-password = This is not your password of now.
server-account-signed-out = You are signed out. Sign in again.
server-account-sign-in-busy = Too many people are signing in at this moment. Try again in a few seconds.
server-account-password-short = Use at least 10 characters.
server-account-password-long = Use at most 128 characters.
server-account-password-common = This password is among the first that others would try. Use a few unrelated words.
server-account-no-preference = There is no preference with this name.
server-account-preference-value = This preference cannot have such a value.
server-account-email-taken = Somebody has an account with this address. Sign in instead?
server-account-name-taken = This name is taken. Choose another.
server-account-email-form = Write an e-mail address, like ada@example.org.
server-account-name-form = Use 3 to 32 letters, digits, dots, dashes or underscores, with a letter or digit first.

## server-admin
## What an admin manages.

server-admin-long-name = At most { NUMBER($count) } characters.
server-admin-number = A number from { NUMBER($low) } to { NUMBER($high) }.
server-admin-invites-full = There are { NUMBER($count) } invites already that nobody has used. Remove some first.
server-admin-no-invite = There is no such invite.
server-admin-filters-full = There are { NUMBER($count) } filters of this kind already. Remove some first.
server-admin-filter-again = There is such a filter already.
server-admin-no-filter = There is no such filter.
server-admin-keys-full = There are { NUMBER($count) } keys already. Revoke those that are not used.
server-admin-no-key = There is no such key.
server-admin-no-indexer = There is no indexer of this name.
server-admin-length = { NUMBER($low) } to { NUMBER($high) } characters.
server-admin-control-characters = No control characters.
server-admin-filter-empty = Write what is to be blocked.
server-admin-filter-long = A filter has at most { NUMBER($count) } characters.
server-admin-filter-control = A filter cannot contain control characters.
server-admin-filter-hash = An info hash is 40 hex digits or 32 base32 characters.
server-admin-filter-letters = Write at least one letter or digit.
# $reason is English, from the library.
server-admin-filter-expression = The expression cannot be used: { $reason }.
server-admin-filter-too-large = The expression cannot be used: it is too large.
server-admin-filter-everything = This expression fits every title: it would block everything.

## server-search
## Searching.

server-search-link-old = This link is too old. Search again.
server-search-link-wrong = The link that { $name } gave cannot be followed.
server-search-busy = Too many searches are under way. Try again in a few seconds.
server-search-broke-off = The search broke off. Try again.
server-search-page = A page is a number from 1 to { NUMBER($count) }.
server-search-no-indexer = There is no such indexer; there are: { $names }.
server-search-long = A search has at most { NUMBER($most) } characters; this one has { NUMBER($count) }.
server-search-control-characters = A search cannot contain control characters.
server-search-letters = Write at least one letter or digit to search for.

## server-fetch
## An address that a torrent file is fetched from.

server-fetch-no-address = This is not an address that can be fetched.
server-fetch-scheme = Only http and https addresses are fetched.
server-fetch-with-name = An address with a name or password in it is not fetched.
server-fetch-private = This address leads into a private network, where nothing is fetched from.
server-fetch-redirects = That address redirects too often.
server-fetch-redirects-nowhere = That address redirects to nowhere.
server-fetch-too-large = What that address sends is larger than { NUMBER($count) } MiB.
server-fetch-too-slow = That address did not send everything within { NUMBER($seconds) } s.
server-fetch-unreachable = That address cannot be reached.
server-fetch-broke-off = The connection to that address broke off.

## server-torrent
## Torrents, magnet links and the disk.

server-torrent-blocked = This torrent is not allowed here. Whoever runs this instance has blocked it.
server-torrent-nothing-to-play = There is nothing in this torrent that a player could play.
server-torrent-no-torrent-id = No torrent has this id.
server-torrent-not-running = This torrent is not running. Add it first, with its magnet link.
server-torrent-no-history = Your history has no such line.
server-torrent-room-address = This is the address of a room. Open it to go there; a film is added by the address of its own page.
server-torrent-seconds = A number of seconds, not negative.
server-torrent-no-such-files = No torrent here has as many files.
server-torrent-unknown = This instance does not know that torrent. Add it with its magnet link.
server-torrent-not-known = This instance does not know that torrent.
server-torrent-large-file = A .torrent file has at most 10 MiB.
server-torrent-magnet-long = This magnet link is too long.
server-torrent-no-magnet = This is not a magnet link: one begins with “magnet:?xt=urn:btih:”.
server-torrent-magnet-damaged = The info hash in this magnet link is damaged: it has 40 hex digits.
server-torrent-magnet-v2 = This magnet link is for BitTorrent v2 only, which Matinee cannot stream yet. Look for a v1 or hybrid one.
server-torrent-magnet-nameless = This magnet link names no torrent: “xt=urn:btih:” with the info hash is missing.
server-torrent-removed = This torrent was removed.
server-torrent-piece-length = The pieces of this torrent have an impossible length.
server-torrent-file-length = The files of this torrent have an impossible length.
server-torrent-many-files = This torrent has more than 20,000 files.
server-torrent-piece-count = The number of pieces in this torrent does not fit its length.
server-torrent-file-name = A file name in this torrent is not allowed.
server-torrent-web-page = This is a web page, not a .torrent file.
server-torrent-v2 = This torrent is for BitTorrent v2 only, which Matinee cannot stream yet. Look for a v1 or hybrid one.
server-torrent-damaged-file = This is not a .torrent file, or it is damaged.
server-torrent-long-file-name = A file name in this torrent is too long.
server-torrent-too-many-files = This torrent has too many files.
server-torrent-restarting = Matinee is restarting. Try again in a moment.
server-torrent-nobody-yet = Nobody who shares this film has answered yet. Matinee keeps looking; a torrent with more seeders starts faster.
server-torrent-not-on-disk = This torrent is not on the disk.
server-torrent-on-their-way = The details of this torrent are still on their way. Try again in a moment.
server-torrent-not-here = This torrent is not here. Add it first, with its magnet link.
server-torrent-no-file = This torrent has no file number { NUMBER($index) }.
server-torrent-changed = This torrent was changed in this moment. Try again.
server-torrent-stopped = This torrent is stopped right now, so it cannot be read.
server-torrent-part-disk-full = The disk is nearly full, so downloads have stopped, and this part has not come yet. It comes when there is room.
server-torrent-part-stopped = This torrent is stopped right now, and this part of it has not come yet.
server-torrent-part-damaged = This part of the film is damaged on the disk, and could not be fetched again. Try again in a moment.
server-torrent-checking = The disk is still being checked. Try again in a moment.
server-torrent-too-many-now = Too many torrents are being added right now. Try again in a minute.
server-torrent-nearly-full = The disk is nearly full, so no new torrent is started. Whoever runs this instance can make room.
server-torrent-no-tracker = This magnet link names no tracker that can be asked, and this instance does not use the DHT.
server-torrent-nobody = Nobody who shares this film answered. A torrent with more seeders starts faster.
server-torrent-disk-full = The disk is full.
server-torrent-cannot-store = The files of this torrent cannot be stored on this disk.
server-torrent-too-many-searches = Too many torrents are being looked for right now. Try again in a minute.
server-torrent-made-room = Others look for torrents too, and nobody who shares this one has answered yet: it made room. Try again.
server-torrent-came-otherwise = This torrent came another way. Try again.
server-torrent-removed-meanwhile = This torrent was removed while Matinee looked for it.

## server-room
## Rooms.

server-room-title-form = Use 1 to 80 characters.
server-room-people-form = From 2 to 10,000 people.
server-room-hour = An hour at most; 0 for never.
server-room-inside-only = Only people who are in the room read what is said.
server-room-emails-count = Name 1 to 20 addresses.
server-room-emails-form = Write e-mail addresses, like ada@example.org.
server-room-invitations-busy = Earlier invitations of yours are still on their way. Try again in a moment.
server-room-banned = You were sent out of this room for good.
server-room-removed = You were removed from this room. Its host can let you back in.
server-room-closed = This room is closed. Its host opens it by coming in.
server-room-password = This room asks for a password.
server-room-wrong-password = This is not the room's password.
server-room-host-only = Only the room's host may do this.
server-room-accounts-only = This room is for people with an account. Sign in first.
server-room-no-room = There is no such room. It may have been ended; ask whoever sent you the link.
server-room-position = A number of seconds, not negative, two days at most.
server-room-many-rooms = You have very many rooms. End some of them first.
server-room-unknown-torrent = This instance does not know that torrent. Add it first.
server-room-nothing-to-play = There is nothing in this torrent that a room could play.
server-room-no-lookup = This torrent cannot be looked up now. Try again in a moment.
server-room-opening = The room is being opened. Try again in a moment.
server-room-not-written = The room cannot be written down now. Try again in a moment.
server-room-address-taken = This address is taken. Choose another.
server-room-name-form = Use 1 to 32 characters.
server-room-address-form = Use 3 to 40 letters a to z, digits and dashes, with a letter or digit at both ends.
server-room-password-empty = Use something that can be seen, or leave it empty for no password.
server-room-password-long = Use at most 128 characters.
server-room-key-form = Use up to 64 letters and digits.
server-room-no-message = No message has this number.

## mail
## Mails.

mail-reset-subject = Choose a new Matinee password
mail-reset-greeting = Hello { $name },
mail-reset-before = somebody, hopefully you, asked for a new password for your Matinee account. Choose one here:
mail-reset-button = Choose a new password
mail-reset-after = The link works once and for { NUMBER($minutes) } minutes. If it was not you, do nothing: your password stays as it is.
mail-invite-subject = Come and watch a film together
mail-invite-greeting = Hello,
mail-invite-before = { $name } invites you to watch together, in the room “{ $room }”:
mail-invite-button = Come in
mail-invite-after = If you do not know who that is, do nothing: you will hear no more of it.
