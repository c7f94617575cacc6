# Deutsch, mit „du“. Was die Wörter einer Nachricht allein nicht sagen, steht in en.ftl über ihr.

language-name = Deutsch
language-direction = ltr
language-complete = yes
# 1,4 und 12.345, aber 1234.
number-decimal = ,
number-group = .
number-group-from = 5

## common

common-go-home = Zur Startseite
common-try-again = Erneut versuchen
common-sign-in = Anmelden
common-close = Schließen

## not-found

not-found-title = Seite nicht gefunden
not-found-heading = Diese Seite gibt es nicht
not-found-advice = Vielleicht ist die Adresse falsch geschrieben oder der Link alt. Such stattdessen nach dem Film.

## size

size-bytes = { $value } B
size-kilobytes = { $value } kB
size-megabytes = { $value } MB
size-gigabytes = { $value } GB
size-terabytes = { $value } TB
size-per-second = { $size }/s
size-part = { $have } von { $whole }

## span

span-milliseconds = { NUMBER($milliseconds) } ms
span-tenths = { $seconds } s
span-seconds = { NUMBER($seconds) } s
span-minutes = { NUMBER($minutes) } Min.
span-hours = { NUMBER($hours) } Std.
span-hours-minutes = { NUMBER($hours) } Std. { NUMBER($minutes) } Min.

## age

age-just-now = gerade eben
age-minutes = { NUMBER($minutes) } Min.
age-hours = { NUMBER($hours) } Std.
age-days = { $days ->
    [one] { $days } Tag
   *[other] { $days } Tage
}
age-months = { $months ->
    [one] { $months } Monat
   *[other] { $months } Monate
}
age-years = { $years ->
    [one] { $years } Jahr
   *[other] { $years } Jahre
}

## ago

ago-just-now = gerade eben
ago-minutes = vor { NUMBER($minutes) } Min.
ago-hours = vor { NUMBER($hours) } Std.
ago-days = { $days ->
    [one] vor { $days } Tag
   *[other] vor { $days } Tagen
}
ago-months = { $months ->
    [one] vor { $months } Monat
   *[other] vor { $months } Monaten
}
ago-years = { $years ->
    [one] vor { $years } Jahr
   *[other] vor { $years } Jahren
}

## date

date-in-digits = { $day }.{ $month }.{ $year }

## list

list-more = { $first }, { $rest }

## page

page-skip-to-content = Zum Inhalt springen

## header

header-home = Matinee, Startseite
header-rooms = Räume
header-switch-theme = Zwischen dunkel und hell wechseln

## account-menu

account-menu-label = Dein Konto
account-menu-of = Konto von { $name }
account-menu-history = Verlauf
account-menu-account = Konto
account-menu-admin = Verwaltung
account-menu-sign-out = Abmelden

## account-notice

account-notice-signed-out = Du bist abgemeldet.
account-notice-signed-in-as = Du bist jetzt als { $name } angemeldet.
account-notice-advice = Lade die Seite neu, um weiterzumachen. Bis dahin wird von hier nichts gespeichert.
account-notice-reload = Neu laden

## drop

drop-here = Lass die .torrent-Datei los, um sie anzusehen
drop-not-a-torrent = { $file } ist keine .torrent-Datei. Zieh die .torrent-Datei des Films hierher.

## files

files-more = { $count ->
    [one] und { $count } weitere Datei
   *[other] und { $count } weitere Dateien
}
files-share = { NUMBER($percent) } %

## form

form-hide-password = Passwort verbergen
form-show-password = Passwort anzeigen

## row

row-see-all = Alle anzeigen
row-remove = { $title } aus dieser Reihe entfernen
row-removed = { $title } entfernt.
row-undo = Rückgängig

## category

category-all = Alles
category-movies = Filme
category-tv = Serien
category-audio = Audio
category-books = Bücher
category-other = Sonstiges

## search-field

search-field-placeholder = Suchen
search-field-placeholder-large = Film oder Magnet-Link
search-field-label = Such nach einem Film oder füge einen Magnet-Link, einen Info-Hash oder die Adresse einer .torrent-Datei ein
search-field-submit = Suchen

## search-controls

search-controls-category = Kategorie
search-controls-indexer = Indexer
search-controls-all-indexers = Alle Indexer
search-controls-order = Sortierung
search-controls-best-match = Beste Treffer
search-controls-most-seeders = Meiste Seeder
search-controls-largest = Größte
search-controls-newest = Neueste
search-controls-apply = Anwenden

## hit

hit-size-unknown = Größe unbekannt
hit-watch = Ansehen
hit-watch-title = { $title } ansehen
hit-watch-together-title = { $title } gemeinsam schauen
hit-watch-together-tip = Gemeinsam schauen (w)
hit-seeders = { $seeders ->
    [one] { $seeders } Seeder
   *[other] { $seeders } Seeder
}
hit-seeders-and-leechers = { $seeders ->
    [one] { $seeders } Seeder
   *[other] { $seeders } Seeder
}, { $leechers ->
    [one] { $leechers } Leecher
   *[other] { $leechers } Leecher
}
hit-seeders-unknown = Seeder unbekannt

## indexers

indexers-label = Indexer
indexers-this-server = Dieser Server
indexers-asking = wird gefragt …
indexers-not-asked = nicht gefragt
indexers-nothing = nichts
indexers-hits = { $count ->
    [one] { $count } Treffer in { $time }
   *[other] { $count } Treffer in { $time }
}
indexers-timeout = keine Antwort innerhalb von { $time }
indexers-error = hat einen Fehler gemeldet
indexers-broke-off = Verbindung abgebrochen

## together

together-title = Gemeinsam schauen
together-sign-in-first = Melde dich an, um einen Raum zu erstellen. Deine Freunde brauchen kein Konto. Danach bist du gleich wieder bei diesem Film.
together-sign-up = Konto erstellen
together-film-at = <film/>, ab { $time }
together-new-room = Neuen Raum erstellen
together-rooms = Deine Räume
together-in-room = In <room/>
together-open = Offen
together-open-with = { $count ->
    [one] Offen · { $count } Person
   *[other] Offen · { $count } Personen
}
together-closed = Geschlossen · { $ago }
together-making = Raum wird erstellt …
together-going = Du wirst in den Raum gebracht …

## player

player-label = Player-Steuerung
player-play = Abspielen
player-pause = Pause
player-play-tip = Abspielen oder anhalten (k)
player-back = 10 Sekunden zurück
player-back-tip = 10 Sekunden zurück (j)
player-forward = 10 Sekunden vor
player-forward-tip = 10 Sekunden vor (l)
player-keys = Tasten
player-keys-tip = Tasten (?)
player-close-keys = Tastenliste schließen
player-picture-in-picture = Bild im Bild
player-picture-in-picture-tip = Bild im Bild (p)
player-fullscreen = Vollbild
player-leave-fullscreen = Vollbild beenden
player-fullscreen-tip = Vollbild (f)
player-mute = Stumm schalten
player-sound-on = Ton an
player-mute-tip = Stumm schalten (m)
player-volume = Lautstärke
player-speed = Geschwindigkeit
player-speed-tip = Geschwindigkeit (< >)
player-speed-times = { $speed }×
player-position = Position
player-position-of = { $position } von { $length }
player-broke-off = Die Verbindung ist abgebrochen.
player-resumed = Fortgesetzt bei { $time } · <again>Von vorn beginnen</again>

## debug

debug-label = Debug-Ansicht
debug-heading = Debug
debug-close = Debug-Ansicht schließen
debug-down = Download
debug-up = Upload
debug-unknown = unbekannt
debug-state = Status
debug-state-resolving = Metadaten werden gelesen
debug-state-checking = Festplatte wird geprüft
debug-state-downloading = wird geladen
debug-state-finished = fertig
debug-state-paused = angehalten
debug-state-disk-full = Festplatte voll
debug-state-error = Fehler
debug-here = Vorhanden
debug-first-frame = Erstes Bild
debug-first-frame-not-yet = noch nicht
debug-buffer = Puffer voraus
debug-dropped-frames = Ausgelassene Bilder
debug-dropped-of = { NUMBER($dropped) } von { NUMBER($total) }
debug-peers = Peers
debug-peer-counts = { NUMBER($connected) } verbunden · { NUMBER($connecting) } im Aufbau · { NUMBER($known) } bekannt
debug-peer-client = Programm
debug-peer-address = Adresse
debug-peer-via = Über
debug-peer-speed = Tempo
debug-peer-received = Empfangen
debug-pieces = Teile
debug-piece-counts = { NUMBER($here) } von { NUMBER($all) } · je { $size }
debug-piece-map = Übersicht der vorhandenen Teile

## home

home-title = Einen Film finden und ansehen
home-description = Finde einen Film und streame ihn in Sekunden per BitTorrent, auf deinem eigenen Server.
home-heading = Was schauen wir?
home-account-deleted = Dein Konto ist gelöscht, mit Verlauf und Räumen.
home-with-friends = Mit Freunden? <rooms>Schaut gemeinsam in einem Raum</rooms>
home-paste = Füge einen Magnet-Link ein, <mouse>zieh eine .torrent-Datei hierher </mouse>oder <pick>wähle eine .torrent-Datei aus</pick>
home-pick-file = .torrent-Datei auswählen
home-continue-watching = Weiterschauen
home-popular = Beliebt diese Woche
home-latest = Neu
home-time-left = noch { $time }
home-next = Als Nächstes: { $episode }
home-viewers = { $count ->
    [one] { $count } schaut zu
   *[other] { $count } schauen zu
}
home-free-heading = Hier ist noch nichts. Probier einen freien Film
home-free-lead = Aus dem Internet Archive, mit einem Klick. Oder füge oben einen Magnet-Link ein.
home-free-label = Freie Filme
home-free-note = { $by }, { NUMBER($minutes) } Min.
home-free-fetching = Wird geholt …
home-archive-silent = Dieser Film ist gerade nicht zu bekommen: Das Internet Archive antwortet nicht. Versuch es später noch einmal.
home-archive-silent-admin = Dieser Film ist gerade nicht zu bekommen: Das Internet Archive antwortet nicht. Versuch es später noch einmal. Prüfe, ob dieser Server eine Internetverbindung hat.

## latest

latest-title = Neu
latest-label = Neue Filme
latest-older = Ältere anzeigen
latest-empty = Noch nichts Neues
latest-empty-detail = Hier erscheinen neue Filme deiner Indexer und was zuletzt angesehen wurde.
latest-find = Film suchen

## rooms

rooms-title = Räume
rooms-watch-together = Gemeinsam schauen
rooms-sign-in-title = Melde dich an, um einen Raum zu erstellen
rooms-sign-in-detail = Ein Raum ist ein Link, den du Freunden schickst: Alle sehen im selben Moment dasselbe Bild, und daneben wird geredet. Wer einen Link hat, braucht kein Konto.
rooms-new = Neuer Raum
rooms-open = Offen
rooms-people = { $count ->
    [one] { $count } Person
   *[other] { $count } Personen
}
rooms-closed = Geschlossen · { $ago }
rooms-yours = Deiner
rooms-of = Von { $host }
rooms-password = Passwort
rooms-end-tip = Raum beenden
rooms-end-label = { $room } beenden
rooms-end-question = Raum mit Warteschlange beenden? Der Chat wird nach 30 Tagen gelöscht.
rooms-end = Beenden
rooms-keep = Behalten

## new-room

new-room-label = Neuer Raum
new-room-lead = Ein Raum ist ein Link, den du Freunden schickst: Alle sehen im selben Moment dasselbe Bild, und daneben wird geredet.
new-room-never-mind = Doch nicht
new-room-title-hint = Was deine Freunde sehen, z. B. Freitagabend.
new-room-more-options = Weitere Optionen
new-room-password = Passwort
new-room-password-hint = Ohne Passwort kann jeder mit dem Link eintreten.
new-room-link-hint = Buchstaben, Ziffern und Bindestriche, z. B. freitagabend.
new-room-make = Raum erstellen
new-room-making = Wird erstellt …

## room-option

room-option-title = Titel
room-option-link = Eigener Link
room-option-capacity = Höchstzahl an Personen
room-option-guests = Auch Personen ohne Konto dürfen eintreten
room-option-wait = Anhalten, wenn bei jemandem gepuffert wird (höchstens 10 s)
room-option-keep-chat = Chat behalten, wenn der Raum schließt

## room

room-title = Raum
room-connection-lost = Verbindung verloren. Wird wiederhergestellt …

## preview

preview-invites = { $host } lädt dich zum gemeinsamen Schauen ein.
preview-invites-to-film = { $host } lädt dich ein, gemeinsam { $film } zu schauen.

## entrance

entrance-needs-javascript = Ein Raum braucht JavaScript.
entrance-going-in = Du trittst ein …
entrance-my-rooms = Meine Räume
entrance-unknown-title = Diesen Raum gibt es nicht
entrance-unknown-detail = Vielleicht wurde er beendet, oder der Link ist unvollständig. Frag die Person, die ihn dir geschickt hat.
entrance-for-accounts-title = Für diesen Raum brauchst du ein Konto
entrance-for-accounts-detail = Melde dich an, danach bist du gleich wieder hier.
entrance-signed-in-as-title = Du bist jetzt als { $name } angemeldet
entrance-signed-in-as-detail = Als diese Seite geöffnet wurde, warst du es nicht.
entrance-join-as = Als { $name } eintreten
entrance-signed-out-title = Du bist abgemeldet
entrance-signed-out-detail = Melde dich an, danach bist du gleich wieder hier.
entrance-stay-as-guest = Als Gast bleiben
entrance-invites = { $host } lädt dich zum gemeinsamen Schauen ein.
entrance-here = { $count ->
    [one] { $count } Person ist hier
   *[other] { $count } Personen sind hier
}
entrance-name = Dein Name
entrance-name-hint = So sehen dich die anderen. Du brauchst kein Konto.
entrance-name-missing = Gib an, wie du heißen möchtest.
entrance-password = Passwort des Raums
entrance-join = Eintreten
entrance-joining = Du trittst ein …
entrance-forbidden-title = Du darfst nicht eintreten
entrance-room-closed = Der Raum ist geschlossen.
entrance-closed = Der Raum ist geschlossen. Er öffnet, wenn { $host } kommt.
entrance-closed-wait = Dann kommst du von selbst hinein; die Seite kann offen bleiben.
entrance-full = Alle Plätze sind besetzt.
entrance-full-wait = Du kommst hinein, sobald jemand geht.
entrance-locked-title = Der Raum ist abgeschlossen
entrance-locked-detail = Im Moment kommt niemand Neues hinein. Bitte jemanden im Raum, ihn aufzuschließen.
entrance-network-title = Gäste aus deinem Netzwerk können gerade nicht eintreten
entrance-network-detail = Ein Gast aus demselben Netzwerk wurde aus diesem Raum entfernt. Melde dich mit einem Konto an oder frag den Host.
entrance-left-title = Du hast den Raum verlassen
entrance-left-detail = Mit demselben Link kannst du wieder eintreten.
entrance-gone-title = Der Raum hat geschlossen
entrance-gone-detail = Es gibt ihn nicht mehr, oder er öffnet, wenn sein Host kommt.
entrance-not-allowed-title = Du darfst nicht eintreten
entrance-not-allowed-detail = Der Host dieses Raums lässt dich nicht hinein.
entrance-full-title = Der Raum ist voll
entrance-full-detail = Alle Plätze sind besetzt. Versuch es wieder, wenn jemand gegangen ist.
entrance-flood-title = Das war zu viel auf einmal
entrance-flood-detail = Diese Seite hat mehr gesendet, als ein Raum annimmt. Deshalb wurde sie getrennt.
entrance-version-title = Diese Seite ist älter als der Server
entrance-version-detail = Lade sie neu, um die aktuelle zu bekommen.
entrance-come-in-again = Wieder eintreten
entrance-offline = Prüfe die Verbindung und versuch es erneut.
entrance-no-live-connection = Der Server antwortet, aber die Live-Verbindung (WebSocket) kommt nicht zustande. Vielleicht lässt sie etwas dazwischen nicht durch: ein Proxy oder eine Erweiterung des Browsers.

## farewell

farewell-ended-title = Der Raum wurde beendet
farewell-ended-detail = Der Host hat ihn beendet. Danke, dass du dabei warst.
farewell-expired-title = Der Raum hat geschlossen
farewell-expired-detail = Hier ist stundenlang nichts passiert. Der Host öffnet ihn wieder, indem er eintritt.
farewell-kicked-title = Du wurdest aus diesem Raum entfernt
farewell-kicked-detail = Der Host oder ein Moderator hat dich entfernt. Der Host kann dich wieder hereinlassen; diese Seite tritt dann von selbst ein.
farewell-banned-title = Du wurdest dauerhaft gesperrt
farewell-banned-detail = Der Host dieses Raums lässt dich nicht mehr hinein.
farewell-replaced-title = Dieser Raum ist in einem anderen Tab offen
farewell-replaced-detail = Du bist mit demselben Platz noch einmal eingetreten. Nur eine der beiden Seiten kann im Raum sein.
farewell-restarting-title = Der Server startet neu
farewell-restarting-detail = Er ist gleich wieder da, und du auch.

## refusal

refusal-stale = Jemand anderes war einen Moment schneller.
refusal-needs-remote = Bitte um die Fernbedienung, um den Film zu steuern.
refusal-needs-host = Das darf nur der Host.
refusal-needs-moderator = Das dürfen nur der Host und Moderatoren.
refusal-needs-author = Nur wer sie geschrieben hat, darf sie ändern.
refusal-needs-account = Dafür braucht man ein Konto.
refusal-gone = Das gibt es nicht mehr.
refusal-too-fast = Das ging sehr schnell. Warte einen Moment und versuch es erneut.
refusal-invalid = Das ist zu lang oder leer.
refusal-full = Hier passt nichts mehr hinein.
refusal-unknown-torrent = Dieser Torrent ist hier nicht bekannt. Füge ihn über seinen Link hinzu.
refusal-blocked = Dieser Torrent ist auf diesem Server gesperrt.
refusal-unplayable = In diesem Torrent gibt es nichts abzuspielen.
refusal-no-video = Es gibt nichts abzuspielen. Füge der Warteschlange etwas hinzu.
refusal-unavailable = Das konnte nicht zugestellt werden. Versuch es erneut.

## room-bar

room-bar-invite = Einladen
room-bar-settings = Einstellungen
room-bar-settings-label = Einstellungen des Raums
room-bar-show-panel = Seitenleiste einblenden
room-bar-hide-panel = Seitenleiste ausblenden
room-bar-leave = Verlassen
room-bar-reactions = Reaktionen
room-bar-react-with = Mit { $emoji } reagieren

## room-side

room-side-label = Neben dem Bild
room-side-chat = Chat
room-side-people = Personen
room-side-queue = Warteschlange
room-side-more = Mehr
room-side-width = Breite der Seitenleiste

## invitation

invitation-title = Freunde einladen
invitation-anyone = Jeder mit diesem Link kann eintreten.
invitation-anyone-with-password = Jeder mit diesem Link und dem Passwort kann eintreten.
invitation-link = Link zu diesem Raum
invitation-copy = Kopieren
invitation-copied = Kopiert
invitation-share = Teilen
invitation-code = Code: <code/>
invitation-other-addresses = Falls sich der Link bei jemandem nicht öffnet, hilft eine andere Adresse dieses Servers:
invitation-loopback = Nur dieser Computer kann diesen Link öffnen.
invitation-loopback-advice = Damit andere hineinkommen, starte Matinee mit <listen/> oder setze <address/> auf die Adresse, unter der sie den Server erreichen.
invitation-qr-code = QR-Code des Links
invitation-by-mail = Oder per E-Mail
invitation-by-mail-hint = Bis zu 20 Adressen.
invitation-send = Senden
invitation-sending = Wird gesendet …
invitation-sent = Gesendet

## room-settings

room-settings-title = Einstellungen
room-settings-yours = Deine
room-settings-your-name = Dein Name
room-settings-sound = Ton, wenn dich jemand erwähnt
room-settings-hide-spoilers = Spoiler verbergen: Nachrichten zu Szenen, die ich noch nicht gesehen habe
room-settings-of-room = Der Raum
room-settings-locked = Abgeschlossen: Niemand Neues kommt hinein
room-settings-anyone-controls = Alle dürfen den Film steuern
room-settings-auto-advance = Nach dem Ende den nächsten Film abspielen
room-settings-shuffle = Warteschlange zufällig abspielen
room-settings-relief = Ist die Fernbedienung in abwesenden Händen, bekommt sie, wer darum bittet
room-settings-relief-never = nie
room-settings-relief-after = nach { $time }
room-settings-link-and-password = Link und Passwort
room-settings-link-hint = Buchstaben, Ziffern und Bindestriche; leer für keinen.
room-settings-new-password = Neues Passwort
room-settings-new-password-hint = Leer lassen, um es nicht zu ändern.
room-settings-no-password = Passwort entfernen
room-settings-save = Speichern
room-settings-saving = Wird gespeichert …
room-settings-saved = Gespeichert
room-settings-clear-chat = Chat leeren
room-settings-clear-chat-warning = Danach sind alle Nachrichten weg.
room-settings-end-room = Raum beenden
room-settings-end-room-warning = Danach sind der Raum und seine Warteschlange weg. Der Chat wird nach 30 Tagen gelöscht.
room-settings-keep = Behalten

## people

people-host = Host
people-acting-host = Host-Vertretung
people-moderator = Moderator
people-guest = Gast
people-you = du
people-remote = Fernbedienung
people-asks = Bittet um die Fernbedienung
people-away = Abwesend
people-in-room = Im Raum
people-buffering = Puffert …
people-in-sync = Synchron
people-behind = { $seconds } s hinterher
people-ahead = { $seconds } s voraus
people-loaded = { NUMBER($seconds) } s geladen · { NUMBER($ping) } ms entfernt
people-offset-and-loaded = { $offset } ms · { NUMBER($seconds) } s geladen · { NUMBER($ping) } ms entfernt
people-about = Zu { $name }
people-give-remote = Fernbedienung geben
people-make-moderator = Zum Moderator machen
people-no-moderator = Nicht mehr Moderator
people-hand-over-room = Raum übergeben
people-send-out = Entfernen
people-ban = Sperren
people-ban-question = { $name } dauerhaft sperren?
people-make-host-question = { $name } zum Host machen? Das kannst du nicht zurücknehmen.
people-hand-over = Übergeben
people-no = Nein
people-bans = Ausgeschlossen
people-banned = Gesperrt
people-let-in-again = Wieder hereinlassen

## remote

remote-anyone = Alle können den Film steuern
remote-yours = Du hast die Fernbedienung
remote-held-by = <name/> hat die Fernbedienung
remote-explained = Wer die Fernbedienung hat, spielt ab, hält an und springt für alle. <dismiss>Verstanden</dismiss>
remote-take = Fernbedienung nehmen
remote-ask = Um Fernbedienung bitten
remote-withdraw = Angefragt · Abbrechen
remote-asks = { $name } bittet darum
remote-more-ask = { $name } und { NUMBER($more) } weitere bitten darum
remote-request = <name/> bittet um die Fernbedienung
remote-give = Geben
remote-not-now = Nicht jetzt
remote-ask-first = { $name } hat die Fernbedienung. Bitte darum, um den Film zu steuern.

## queue

queue-on-now = Läuft gerade
queue-next = Als Nächstes
queue-play-next = Nächsten abspielen
queue-empty = Die Warteschlange ist leer. Füge oben einen Film hinzu.
queue-removed = { $title } entfernt. <undo>Rückgängig</undo>
queue-shuffle = Zufällig
queue-added-by = Hinzugefügt von <name/>
queue-play-now = Jetzt abspielen
queue-play-now-label = { $title } jetzt abspielen
queue-up = Nach oben
queue-up-label = { $title }: eins nach oben
queue-down = Nach unten
queue-down-label = { $title }: eins nach unten
queue-remove = Entfernen
queue-remove-label = { $title } entfernen
queue-waits = Zur Warteschlange hinzugefügt. Wer die Fernbedienung hat, kann ihn abspielen.

## queue-add

queue-add-label = Zur Warteschlange hinzufügen
queue-add-placeholder = Hinzufügen: Titel oder Magnet-Link
queue-add-field = Titel zum Suchen oder Magnet-Link zum Hinzufügen
queue-add-link-of-room = Das ist ein Raum. Füge hier den Link eines Films ein.
queue-add-searching = Suche läuft …
queue-add-adding = Wird hinzugefügt … Die Dateinamen sind unterwegs.
queue-add-found = Gefunden
queue-add-nothing-found = Nichts gefunden.
queue-add-seeders = { $count ->
    [one] { $count } Seeder
   *[other] { $count } Seeder
}
queue-add-title = { $title } hinzufügen
queue-add-other-files = { $count ->
    [one] { $count } weitere Datei in diesem Torrent
   *[other] { $count } weitere Dateien in diesem Torrent
}

## room-screen

room-screen-label = Bild
room-screen-empty-heading = Was schauen wir?
room-screen-empty = Es läuft noch nichts. Füge einen Film hinzu, und er startet für alle.
room-screen-add = Film hinzufügen
room-screen-waiting-for = Warten auf { $name }
room-screen-waiting-for-two = Warten auf { $first } und { $second }
room-screen-waiting-for-more = Warten auf { $first }, { $second } und { NUMBER($more) } weitere
room-screen-buffering = Puffert
room-screen-undecodable-title = Dein Browser kann diese Art von Datei nicht abspielen
room-screen-undecodable-detail = Andere im Raum können es vielleicht. In der Warteschlange lässt sich eine andere Datei wählen.
room-screen-unreachable-title = Der Film kommt nicht an
room-screen-sound-on = Ton einschalten
room-screen-show-chat = Chat einblenden
room-screen-hide-chat = Chat ausblenden

## chat

chat-label = Nachrichten
chat-fetching-older = Ältere Nachrichten werden geladen …
chat-empty = Noch keine Nachrichten. Sag Hallo.
chat-new = Neu
chat-new-messages = { $count ->
    [one] { $count } neue Nachricht
   *[other] { $count } neue Nachrichten
}
chat-to-latest = Zu den neuesten
chat-today = Heute
chat-yesterday = Gestern
chat-writing = <name/> schreibt …
chat-writing-two = <first/> und <second/> schreiben …
chat-writing-several = Mehrere Personen schreiben …
chat-spoken = { $name }: { $text }

## notice

notice-joined = <name/> ist eingetreten
notice-left = <name/> ist gegangen
notice-lost = <name/> hat die Verbindung verloren
notice-sent-out = <name/> wurde entfernt
notice-played = <name/> hat abgespielt
notice-paused = <name/> hat angehalten
notice-sought = <name/> ist an eine andere Stelle gesprungen
notice-changed-speed = <name/> hat die Geschwindigkeit geändert
notice-chose-film = <name/> hat einen anderen Film gewählt
notice-has-remote = <name/> hat die Fernbedienung
notice-more-before = { NUMBER($count) } weitere davor

## message

message-deleted = Zurückgenommen
message-edited = bearbeitet
message-later = Zu einer späteren Stelle, { $time }. <show>Anzeigen</show>
message-about-later = eine Nachricht zu einer späteren Stelle
message-go-to = Im Film zu { $time } springen
message-about-another-film = Das war zu einem anderen Film.
message-show-more = Mehr anzeigen
message-show-less = Weniger anzeigen
message-older = Eine ältere Nachricht
message-reacted = { NUMBER($count) } { $emoji }: { $names }
message-not-kept = Alle haben sie gesehen, aber sie konnte nicht gespeichert werden. <again>Noch einmal senden</again>
message-react = Reagieren
message-reply = Antworten
message-edit = Bearbeiten
message-delete = Zurücknehmen
message-edit-field = Neuer Text
message-save = Speichern
message-leave = Abbrechen
message-replied-deleted = Die Nachricht, auf die du antwortest, wurde gelöscht.
message-send-without-reply = Ohne Bezug senden
message-send-again = Erneut versuchen
message-drop = Verwerfen

## composer

composer-placeholder = Nachricht schreiben
composer-label = Nachricht
composer-about-now = Zu dieser Stelle des Films
composer-about-now-tip = Zu dieser Stelle
composer-emoji = Emoji
composer-send = Senden
composer-suggestions = Vorschläge
composer-reply-to = An <name/>
composer-reply-deleted = Die Nachricht, auf die du antwortest, wurde gelöscht. Deine wird ohne Bezug gesendet.
composer-no-reply = Keine Antwort
composer-left = { $count ->
    [one] Noch { $count } Zeichen
   *[other] Noch { $count } Zeichen
}
composer-over = { $count ->
    [one] { $count } Zeichen zu lang
   *[other] { $count } Zeichen zu lang
}
composer-too-long = Zu lang zum Senden. Nichts davon geht verloren.

## emoji-picker

emoji-picker-label = Emoji
emoji-picker-find = Emoji suchen
emoji-picker-none = Kein Emoji heißt so.

## watch

watch-not-a-film = Kein Film
watch-bad-address = Das ist nicht die Adresse eines Films
watch-bad-address-detail = Der Info-Hash in der Adresse ist unvollständig. Kopier den Link noch einmal oder such nach dem Film.
watch-opening = Wird geöffnet
watch-about = Über diesen Film
watch-files = Dateien
watch-unnamed = Unbenannter Film { $hash }
watch-peers = { $peers ->
    [one] { $peers } Peer
   *[other] { $peers } Peers
}
watch-share-here = { NUMBER($percent) } % vorhanden
watch-copy-link = Link kopieren
watch-copied = Kopiert
watch-download = Herunterladen
watch-open-elsewhere = In VLC oder mpv öffnen
watch-debug = Debug
watch-needs-script = Zum Abspielen hier ist JavaScript nötig. VLC und mpv kommen ohne aus.

## stage

stage-buffering = Puffert
stage-peers = { $peers ->
    [one] { $peers } Peer
   *[other] { $peers } Peers
}
stage-lost = Die Verbindung zu Matinee ist weg. Wird wiederhergestellt …
stage-held = Langsamer, als der Film braucht: Start in etwa { $time }
stage-held-spoken = Langsamer, als der Film braucht: Er startet in einer Weile
stage-start-now = Jetzt starten
stage-search-again = Neu suchen
stage-keep-waiting = Weiter warten
stage-nothing-to-play = Hier gibt es nichts abzuspielen
stage-nothing-to-play-detail = Dieser Torrent enthält keinen Film und keinen Ton. Seine Dateien stehen unten.
stage-unreachable = Der Film kommt nicht an
stage-undecodable = Dein Browser kann diese Art von Datei nicht abspielen
stage-undecodable-detail = Ein Player wie VLC oder mpv kann es, und gestreamt wird genauso.

## start

start-finding-peers = Peers werden gesucht
start-checking = Die Festplatte wird geprüft
start-all-here = Alles ist da
start-peers = { $peers ->
    [one] { $peers } Peer
   *[other] { $peers } Peers
}
start-metadata = Metadaten werden gelesen
start-files = Dateiliste wird gelesen
start-opening = Film wird geöffnet
start-beginning = { $part } bis zum Start
start-about = etwa { $time }
start-beginning-spoken = Der Anfang des Films wird geladen
start-alone = Im Moment teilt niemand diesen Film. Wir suchen weiter. Oder wähle eine Version mit mehr Seedern.
start-unserved = { $peers ->
    [one] { $peers } Peer ist verbunden, aber es kommt nichts: Andere sind zuerst dran. Wir fragen weiter. Oder wähle eine Version mit mehr Seedern.
   *[other] { $peers } Peers sind verbunden, aber es kommt nichts: Andere sind zuerst dran. Wir fragen weiter. Oder wähle eine Version mit mehr Seedern.
}
start-unserved-spoken = Peers sind verbunden, aber es kommt nichts: Andere sind zuerst dran. Wir fragen weiter. Oder wähle eine Version mit mehr Seedern.
start-error = Der Download wurde angehalten, weil die Festplatte nicht gelesen oder beschrieben werden konnte.
start-disk-full = Die Festplatte ist fast voll, deshalb sind Downloads angehalten. Nichts geht verloren; sie gehen weiter, wenn Platz ist.
start-paused = Dieser Torrent ist angehalten.

## keys

keys-space = Leertaste
keys-home = Pos1
keys-end = Ende
keys-escape = Esc
keys-play = Abspielen oder anhalten
keys-skip-ten = 10 Sekunden zurück oder vor
keys-skip-five = 5 Sekunden zurück oder vor
keys-volume = Lauter oder leiser
keys-mute = Stumm schalten
keys-fullscreen = Vollbild
keys-picture-in-picture = Bild im Bild
keys-jump = Zu 0–90 % springen
keys-ends = Anfang oder Ende
keys-speed = Langsamer oder schneller
keys-debug = Debug-Ansicht
keys-help = Diese Tasten
keys-close = Schließen

## adding

adding-magnet = Magnet-Link wird gelesen …
adding-address = Torrent wird geholt …
adding-file = { $file } wird gelesen …
adding-too-large = { $file } ist größer als 10 MB. Wähle die .torrent-Datei aus, nicht den Film.

## magnet

magnet-only-v2 = Dieser Magnet-Link ist nur für BitTorrent v2, das Matinee noch nicht abspielen kann. Such einen v1- oder Hybrid-Torrent.
magnet-cut-off = Dieser Magnet-Link ist abgeschnitten. Kopier den ganzen Link.

## error

error-title-invalid-input = Etwas an der Anfrage stimmt nicht
error-title-unauthorized = Melde dich zuerst an
error-title-forbidden = Nicht erlaubt
error-title-not-found = Nicht gefunden
error-title-method-not-allowed = Methode nicht erlaubt
error-title-conflict = Schon vergeben
error-title-another-account = Das Konto hat gewechselt
error-title-bad-request = Keine gültige Anfrage
error-title-too-large = Zu groß
error-title-unsupported-media-type = Nicht unterstützter Medientyp
error-title-range-not-satisfiable = Bereich nicht erfüllbar
error-title-misdirected = Nicht die Adresse dieser Instanz
error-title-too-many-requests = Zu viele Anfragen
error-title-bad-gateway = Ein anderer Server hat einen Fehler gemacht
error-title-unavailable = Im Moment nicht verfügbar
error-title-timeout = Es hat zu lange gedauert
error-title-storage-full = Die Festplatte ist voll
error-title-internal = Der Server hat einen Fehler gemacht
error-title-offline = Der Server ist nicht erreichbar
error-input = Die Eingabe ist ungültig.
error-offline = Prüfe die Verbindung und versuch es erneut.
error-unreadable = Die Antwort des Servers war nicht lesbar. Lade die Seite neu.
error-unwritable = Die Anfrage konnte nicht gestellt werden.
error-no-reason = Der Server hat keinen Grund genannt. Versuch es gleich noch einmal.
error-signed-out = Du bist abgemeldet. Lade die Seite neu, um weiterzumachen.
error-signed-in-as = Du bist jetzt als { $name } angemeldet. Lade die Seite neu, um weiterzumachen.

## entry

entry-needs-script = Diese Seite braucht JavaScript.
entry-signed-in-as = Du bist als { $name } angemeldet.
entry-go-on = Weiter
entry-sign-out = Abmelden

## sign-in

sign-in-title = Anmelden
sign-in-nobody-yet = Hier hat noch niemand ein Konto. Wer das erste erstellt, verwaltet diese Instanz.
sign-in-accounts-only = Diese Instanz ist für Personen mit Konto: Melde dich an, um zu suchen und zu schauen.
sign-in-login = E-Mail oder Benutzername
sign-in-password = Passwort
sign-in-submit = Anmelden
sign-in-busy = Wird angemeldet …
sign-in-forgot = Passwort vergessen?
sign-in-new-here = Neu hier? <link>Konto erstellen</link>
sign-in-invited = Eingeladen? <link>Konto erstellen</link>
sign-in-no-account = Kein Konto? Frag, wer diese Instanz betreibt.
sign-in-no-tls = Anmelden klappt hier nicht: Dieser Server ist auf { $public_url } eingestellt, und du hast { $origin } geöffnet. Öffne stattdessen { $public_url }. Falls das falsch ist, ändere MATINEE_PUBLIC_URL.
sign-in-elsewhere = Dieser Server ist auf { $public_url } eingestellt, und du hast { $origin } geöffnet. Falls diese Adresse richtig ist, setze MATINEE_PUBLIC_URL={ $origin }.
sign-in-host-lost = Du hast { $origin } geöffnet, und der Proxy dazwischen nennt dem Server { $host }. Setze MATINEE_PUBLIC_URL={ $origin }, oder lass den Proxy den Host-Header weitergeben.
sign-in-tls-untold = Du hast { $origin } geöffnet, und der Server weiß nicht, dass er per https erreicht wird. Setze MATINEE_PUBLIC_URL={ $origin }.

## sign-up

sign-up-title = Konto erstellen
sign-up-closed = Die Registrierung ist geschlossen
sign-up-closed-detail = Diese Instanz nimmt keine neuen Konten an. Frag, wer sie betreibt, oder melde dich an, wenn du eines hast.
sign-up-first = Du bist hier die erste Person: Dein Konto verwaltet diese Instanz.
sign-up-lead = Was du in diesem Browser angesehen hast, nimmst du mit.
sign-up-token = Einrichtungs-Token
sign-up-token-hint = Zeigt, dass diese Instanz dir gehört. Es steht im Protokoll von Matinee; die Datei admin-token im Datenordner geht auch.
sign-up-code = Einladungscode
sign-up-code-hint = Von der Person, die dich eingeladen hat.
sign-up-email = E-Mail
sign-up-email-hint = Nur für ein vergessenes Passwort.
sign-up-username = Benutzername
sign-up-username-hint = Was andere sehen: 3 bis 32 Buchstaben, Ziffern, Punkte, Bindestriche.
sign-up-password = Passwort
sign-up-password-hint = Mindestens 10 Zeichen. Ein paar Wörter hintereinander sind gut.
sign-up-submit = Konto erstellen
sign-up-busy = Wird erstellt …
sign-up-sign-in = Schon eins? <link>Anmelden</link>

## forgot

forgot-title = Passwort vergessen
forgot-heading = Passwort vergessen?
forgot-no-mail = Diese Instanz verschickt keine E-Mails. Frag, wer sie betreibt, nach dem Link für ein neues Passwort.
forgot-sent = Falls ein Konto diese Adresse hat, ist eine E-Mail mit einem Link unterwegs. Der Link gilt einmal, 30 Minuten lang.
forgot-made = Falls ein Konto diese Adresse hat, gibt es jetzt einen Link. Wer diese Instanz betreibt, hat ihn; er gilt einmal, 30 Minuten lang.
forgot-email = E-Mail deines Kontos
forgot-send = Link senden
forgot-ask = Link anfordern
forgot-busy = Wird gesendet …
forgot-back = Zurück zum Anmelden

## reset

reset-title = Neues Passwort wählen
reset-incomplete = Dieser Link ist unvollständig
reset-incomplete-detail = Öffne ihn noch einmal aus der E-Mail oder fordere einen neuen an.
reset-new-link = Neuen Link anfordern
reset-changed = Dein Passwort ist geändert, und alle Geräte sind abgemeldet.
reset-password = Neues Passwort
reset-submit = Passwort ändern
reset-busy = Wird geändert …

## account

account-title = Konto
account-signed-out = Du bist nicht angemeldet
account-signed-out-detail = Melde dich an, um dein Konto zu sehen. Falls du es eben noch warst, wurde dieses Gerät abgemeldet.
account-since = Hier seit <date/>
account-since-admin = Verwaltet diese Instanz · Hier seit <date/>
account-profile = Profil
account-profile-lead = Deinen Namen sehen auch andere.
account-password = Passwort
account-password-lead = Wenn du es änderst, werden alle anderen Geräte abgemeldet.
account-preferences = Voreinstellungen
account-preferences-lead = Sie gelten auf all deinen Geräten.
account-devices = Geräte
account-devices-lead = Wo du angemeldet bist.
account-data = Deine Daten
account-data-lead = Alles, was diese Instanz über dich weiß, als eine JSON-Datei.
account-download = Meine Daten herunterladen
account-delete = Konto löschen
account-delete-lead = Verlauf, Voreinstellungen und Geräte werden mit gelöscht, endgültig.

## profile

profile-label = Profil
profile-username = Benutzername
profile-email = E-Mail
profile-current-password = Aktuelles Passwort
profile-current-password-hint = Nur, um die E-Mail zu ändern.
profile-save = Speichern
profile-saving = Wird gespeichert …
profile-saved = Gespeichert
profile-password-label = Passwort
profile-new-password = Neues Passwort
profile-change-password = Passwort ändern
profile-changing = Wird geändert …
profile-changed = Geändert

## preferences

preferences-language = Sprache
preferences-language-browser = Wie im Browser
preferences-theme = Design
preferences-theme-system = Wie im System
preferences-theme-dark = Dunkel
preferences-theme-light = Hell
preferences-speed = Geschwindigkeit
preferences-volume = Lautstärke
preferences-percent = { $percent } %

## devices

devices-this = Dieses Gerät
devices-used = benutzt { $ago }
devices-sign-out = Abmelden
devices-sign-out-of = { $device } abmelden
devices-sign-out-others = Überall sonst abmelden

## account-deletion

account-deletion-open = Mein Konto löschen
account-deletion-label = Konto löschen
account-deletion-username = Dein Benutzername
account-deletion-username-hint = Gib ihn zur Sicherheit ein.
account-deletion-not-it = Das ist nicht { $name }.
account-deletion-password = Passwort
account-deletion-submit = Endgültig löschen
account-deletion-busy = Wird gelöscht …

## history

history-title = Verlauf
history-find = In deinem Verlauf suchen
history-empty = Hier ist noch nichts
history-empty-detail = Hier steht, was du angesehen hast, damit du dort weitermachen kannst, wo du aufgehört hast.
history-find-a-film = Film suchen
history-not-found = Nichts gefunden
history-not-found-detail = Kein Titel und keine Datei in deinem Verlauf enthält diese Wörter.
history-show-everything = Alles anzeigen
history-older = Ältere anzeigen
history-loading = Wird geladen …
history-clear = Verlauf löschen
history-clear-label = Alles löschen?
history-clear-question = Alles löschen, was du angesehen hast? Das lässt sich nicht zurücknehmen.
history-clear-yes = Alles löschen
history-clear-no = Behalten
history-watched = Angesehen
history-time-left = noch { $time }
history-remove = { $title } aus dem Verlauf entfernen

## search

search-title = Suche
search-results-for = Ergebnisse für „{ $words }“
search-again = Erneut suchen
search-torrents = { $count ->
    [one] { $count } Torrent
   *[other] { $count } Torrents
}
search-torrents-so-far = { $count ->
    [one] Bisher { $count } Torrent
   *[other] Bisher { $count } Torrents
}
search-not-all = Einige Indexer haben noch nicht geantwortet. Lade die Seite gleich noch einmal.
search-pages = Seiten
search-previous = Zurück
search-next = Weiter
search-page-of = Seite { NUMBER($page) } von { NUMBER($last) }
search-nothing-for = Nichts gefunden für „{ $words }“
search-nothing-filtered = Nichts passt zu diesen Filtern.
search-show-everything = Alles anzeigen
search-nothing-advice = Versuch es mit weniger Wörtern oder dem Originaltitel. Ein Magnet-Link oder die Adresse einer .torrent-Datei geht im Suchfeld auch.
search-empty = Was suchst du?
search-empty-detail = Gib oben den Titel eines Films ein oder füge einen Magnet-Link ein.
search-unusable = Dieser Link funktioniert nicht
search-room = Das ist ein Raum
search-room-detail = Hier gibt es nichts zu suchen: Tritt ein und schau mit den anderen.
search-go-to-room = Zum Raum
search-torrent = Das ist ein Torrent
search-torrent-detail = Hier gibt es nichts zu suchen: Du kannst ihn gleich ansehen.
search-watch-torrent = Diesen Torrent ansehen
search-address = Das ist eine Adresse
search-address-detail = Falls dort eine .torrent-Datei liegt, kannst du sie gleich ansehen. Dafür ist JavaScript nötig.

## admin

admin-heading = Verwaltung
admin-title = { $part } · Verwaltung
admin-parts = Bereiche der Verwaltung
admin-users = Konten
admin-invites = Einladungen
admin-indexers = Indexer
admin-torrents = Torrents
admin-filters = Filter
admin-keys = Schlüssel
admin-only = Diese Seite ist für Admins
admin-only-detail = Dein Konto verwaltet diese Instanz nicht. Wer es tut, kann auch dich zum Admin machen.
admin-signed-out-detail = Melde dich mit dem Konto an, das diese Instanz verwaltet.
admin-more = Mehr anzeigen
admin-fetching-more = Weitere werden geladen …
admin-fetching = Wird geladen
admin-keep = Behalten
admin-copied = Kopiert
admin-made = erstellt { $ago }

## admin-user

admin-user-lead = Alle mit einem Konto hier, die neuesten zuerst.
admin-user-find = Name oder Adresse
admin-user-find-label = Konto nach Name oder Adresse suchen
admin-user-nobody = Niemand hat so einen Namen oder so eine Adresse.
admin-user-you = Du
admin-user-disabled = Gesperrt
admin-user-here = hier { $ago }
admin-user-not-signed-in = nicht angemeldet
admin-user-devices = { $devices ->
    [one] { $devices } Gerät
   *[other] { $devices } Geräte
}
admin-user-role = Rolle von { $name }
admin-user-role-user = Benutzer
admin-user-role-admin = Admin
admin-user-disable = Sperren
admin-user-disable-label = { $name } sperren
admin-user-disable-question = { $name } überall abmelden und aussperren?
admin-user-enable = Entsperren
admin-user-enable-label = { $name } entsperren

## admin-invite

admin-invite-needed = Wer sich hier registrieren will, braucht einen dieser Codes.
admin-invite-not-needed = Hier darf sich jeder registrieren, Codes sind also nicht nötig. MATINEE_SIGN_UP=invite ändert das.
admin-invite-useless = Hier darf sich niemand registrieren, Codes bewirken also nichts. MATINEE_SIGN_UP=invite ändert das.
admin-invite-whom = Für wen ist sie?
admin-invite-accounts = Konten
admin-invite-lasts = Gültig
admin-invite-day = Einen Tag
admin-invite-week = Eine Woche
admin-invite-month = Einen Monat
admin-invite-for-ever = Unbegrenzt
admin-invite-make = Einladung erstellen
admin-invite-making = Wird erstellt …
admin-invite-none = Noch keine Einladungen.
admin-invite-used-up = aufgebraucht
admin-invite-too-old = abgelaufen
admin-invite-left = { $accounts ->
    [one] noch { $accounts } Konto
   *[other] noch { $accounts } Konten
}
admin-invite-until = bis <date/>
admin-invite-copy = Link kopieren
admin-invite-copy-label = Link der Einladung { $code } kopieren
admin-invite-remove = Entfernen
admin-invite-remove-label = Einladung { $code } entfernen
admin-invite-remove-question = Mit ihr werden keine Konten mehr erstellt.

## admin-indexer

admin-indexer-lead = Wohin Suchanfragen gehen. Festgelegt wird das mit <setting>MATINEE_INDEXERS</setting>.
admin-indexer-none = Keine Indexer: Es lässt sich nichts finden.
admin-indexer-test = Testen
admin-indexer-test-label = { $name } testen
admin-indexer-asking = Wird gefragt …
admin-indexer-works = { $count ->
    [0] Funktioniert ({ $time }). Gesucht: { $asked }, keine Ergebnisse.
    [one] Funktioniert ({ $time }). Gesucht: { $asked }, { $count } Ergebnis.
   *[other] Funktioniert ({ $time }). Gesucht: { $asked }, { $count } Ergebnisse.
}
admin-indexer-failed = Fehlgeschlagen, nach { $time }.
admin-indexer-failed-because = { $reason } Das dauerte { $time }.
admin-indexer-searches = Sucht nach
admin-indexer-searches-words = Wörtern
admin-indexer-searches-films = Filmen
admin-indexer-searches-series = Serien
admin-indexer-searches-nothing = nichts
admin-indexer-categories = Kategorien
admin-indexer-categories-none = nennt keine
admin-indexer-hits-at-once = Treffer auf einmal

## admin-torrent

admin-torrent-lead = Was auf der Festplatte liegt. Ist das Kontingent aufgebraucht, wird von selbst entfernt, was am längsten nicht angesehen wurde.
admin-torrent-quota-label = Genutzter Teil des Kontingents
admin-torrent-quota = { $part } des Kontingents genutzt · { $free } auf der Festplatte frei
admin-torrent-full = Die Festplatte ist fast voll, deshalb sind Downloads angehalten. Entferne etwas.
admin-torrent-none = Auf der Festplatte ist noch nichts.
admin-torrent-smaller = { $count ->
    [one] und { $count } kleinerer
   *[other] und { $count } kleinere
}
admin-torrent-partly = teilweise vorhanden
admin-torrent-resolving = Details werden gesucht
admin-torrent-checking = wird geprüft
admin-torrent-downloading = wird geladen
admin-torrent-complete = vollständig
admin-torrent-paused = angehalten
admin-torrent-disk-full = wartet auf Platz
admin-torrent-error = durch einen Fehler gestoppt
admin-torrent-watched-now = wird gerade angesehen
admin-torrent-watched = angesehen { $ago }
admin-torrent-never-watched = nie angesehen
admin-torrent-remove = Entfernen
admin-torrent-remove-label = { $name } entfernen
admin-torrent-remove-question = Von der Festplatte und aus dem Katalog entfernen?
admin-torrent-remove-question-watched = Jemand sieht ihn gerade an. Trotzdem entfernen?

## admin-filter

admin-filter-lead = Passende Torrents sind verborgen und lassen sich nicht hinzufügen. Wörter gelten als ganze Wörter, groß oder klein; Ausdrücke müssen nicht auf den ganzen Titel passen.
admin-filter-by = Sperren nach
admin-filter-words = Wörtern
admin-filter-expression = Regulärem Ausdruck
admin-filter-hash = Info-Hash
admin-filter-what = Was gesperrt wird
admin-filter-why = Warum (für dich)
admin-filter-block = Sperren
admin-filter-blocking = Wird gesperrt …
admin-filter-none = Nichts ist gesperrt.
admin-filter-remove = Entfernen
admin-filter-remove-label = Filter { $pattern } entfernen
admin-filter-remove-question = Was er sperrt, wird wieder gefunden.

## admin-key

admin-key-lead = Ein Programm, das dem Katalog mit <request>POST /api/ingest</request> etwas hinzufügt, sendet seinen Schlüssel als <header>X-Api-Key</header>.
admin-key-program = Für welches Programm ist er?
admin-key-make = Schlüssel erstellen
admin-key-making = Wird erstellt …
admin-key-once = <important>Der Schlüssel wird nur dieses eine Mal angezeigt.</important> Kopier ihn jetzt.
admin-key-copy = Schlüssel kopieren
admin-key-copy-label = Den Schlüssel kopieren
admin-key-have = Ich habe ihn
admin-key-none = Hier wurden keine Schlüssel erstellt. Die aus MATINEE_INGEST_KEYS sind nicht aufgeführt.
admin-key-used = benutzt { $ago }
admin-key-never-used = nie benutzt
admin-key-revoke = Widerrufen
admin-key-revoke-label = Schlüssel von { $name } widerrufen
admin-key-revoke-question = Sein Programm wird sofort abgewiesen.

## server-http

server-http-database-away = Die Datenbank antwortet nicht. Versuch es gleich noch einmal.
server-http-disk-full = Die Festplatte dieser Instanz ist voll. Wer sie betreibt, muss Platz schaffen.
server-http-our-mistake = Der Fehler liegt bei uns und steht im Log. Versuch es noch einmal.
server-http-too-often = { $seconds ->
    [one] Das war zu oft. Versuch es in { $seconds } Sekunde noch einmal.
   *[other] Das war zu oft. Versuch es in { $seconds } Sekunden noch einmal.
}
server-http-too-slow = Es hat zu lange gedauert. Versuch es noch einmal.
server-http-long-address = Diese Adresse ist zu lang.
server-http-odd-address = In dieser Adresse stehen zwischen den Schrägstrichen Punkte, umgekehrte Schrägstriche oder nichts.
server-http-json-only = Sende JSON mit content-type: application/json.
server-http-json-or-nothing = Sende JSON mit content-type: application/json, oder nichts.
server-http-too-large = Die Anfrage ist größer, als diese Adresse annimmt.
server-http-broke-off = Die Anfrage ist abgebrochen.
server-http-no-object = Das muss ein Objekt sein.
server-http-field-missing = Dieses Feld fehlt.
server-http-no-route = Diese Adresse gibt es nicht. /api/docs nennt alle.
server-http-no-method = Diese Adresse nimmt diese Methode nicht an. /api/docs nennt alle.
server-http-no-next = Verwende das `next` der vorigen Seite unverändert.
server-http-another-account = Du bist jetzt als { $name } angemeldet. Lade die Seite neu, um weiterzumachen.
server-http-no-account = Du bist abgemeldet. Lade die Seite neu, um weiterzumachen.
server-http-cross-site = Diese Anfrage kam von einer anderen Website. Verwende die Seiten dieser Instanz oder ihre API ohne Cookies.
server-http-hosts-twice = Diese Anfrage hat mehr als einen Host-Header.
server-http-hosts-differ = Host-Header und Adresse dieser Anfrage nennen verschiedene Hosts.
server-http-host-missing = Diese Anfrage hat keinen Host-Header: Sie muss sagen, an wen sie geht.
server-http-host-unknown = Diese Instanz kennt den Namen { $host } nicht. Wenn sie dir gehört, setz MATINEE_PUBLIC_URL auf die Adresse, die alle verwenden, oder nimm { $host } in MATINEE_HOSTS auf und starte Matinee neu.
server-http-host-unreadable = Der Host-Header dieser Anfrage ist weder Name noch Adresse.
server-http-messages-gone = Diese Texte gibt es nicht. Lade die Seite neu.
server-http-socket-elsewhere = Diese Verbindung wollte die Seite einer anderen Website.
server-http-socket-only = Diese Adresse gehört zu einem WebSocket.
server-http-sockets-yours = Du oder Gäste in deinem Netz haben zu viele Räume offen. Schließ ein paar Tabs und versuch es noch einmal.
server-http-sockets-all = In den Räumen dieser Instanz sind zu viele Leute. Versuch es gleich noch einmal.
server-http-playlist-name = Der Name einer Wiedergabeliste ist ein Info-Hash und „.m3u8“.
server-http-range-outside = Die Datei hat { NUMBER($length) } Bytes; der Bereich liegt außerhalb.
server-http-streams-yours = Du oder Gäste in deinem Netz haben zu viele Streams offen. Schließ ein paar und versuch es noch einmal.
server-http-streams-all = Auf dieser Instanz sind zu viele Streams offen. Versuch es gleich noch einmal.
server-http-limit = Von 1 bis 100.
server-http-metadata-or-nothing = Entweder metadata oder nothing.
server-http-upload-unreadable = Der Upload war nicht lesbar. Sende ein Formular mit dem Feld „torrent“.
server-http-upload-missing = Das Formular hat kein Feld „torrent“.
server-http-torrent-name = Ein Torrent wird mit seinem Info-Hash oder seiner Katalog-ID genannt.
server-http-one-or-text = Frag nach den Einträgen eines Torrents oder nach einem Text, nicht nach beidem.
server-http-one-page = Die Einträge eines Torrents sind eine einzige Seite ohne `next`.
server-http-api-key = Der API-Schlüssel fehlt, ist falsch oder widerrufen.
server-http-ingest-limit = Ein Aufruf nimmt höchstens 1.000 Einträge an.

## server-access

server-access-accounts-only = Diese Instanz ist für Leute mit Konto. Melde dich zuerst an.
server-access-sign-in = Melde dich zuerst an.
server-access-player-token = Dieses Token spielt nur einen Film ab. Melde dich an, um mehr zu tun.
server-access-admin-only = Das darf nur ein Admin dieser Instanz.
server-access-operator-only = Das darf nur, wer diese Instanz betreibt.
server-access-other-site = Das wollte die Seite einer anderen Website. Öffne es auf den Seiten dieser Instanz.

## server-account

server-account-setup-token = Das ist nicht das Einrichtungs-Token. Es steht im Log des Programms und in der Datei admin-token in seinem Datenordner.
server-account-no-account = Dieses Konto gibt es nicht.
server-account-last-admin = Das ist der einzige Admin, der sich anmelden kann. Mach zuerst jemand anderen zum Admin.
server-account-yourself-last-admin = Du bist hier der einzige Admin. Mach zuerst jemand anderen zum Admin.
server-account-no-login = Dort bist du nicht mehr angemeldet.
server-account-invite-used = Dieser Einladungscode ist aufgebraucht, zu alt oder vertippt.
server-account-closed = Auf dieser Instanz kann man keine Konten anlegen. Frag, wer sie betreibt.
server-account-wrong-password = Dieser Name und dieses Passwort gehören nicht zusammen. Versuch es noch einmal oder wähl ein neues Passwort.
server-account-disabled = Dieses Konto ist gesperrt. Frag, wer diese Instanz betreibt.
server-account-link-used = Dieser Link wurde schon verwendet oder ist zu alt. Fordere einen neuen an.
server-account-not-your-password = Das ist nicht dein jetziges Passwort.
server-account-signed-out = Du bist abgemeldet. Melde dich wieder an.
server-account-sign-in-busy = Gerade melden sich zu viele Leute an. Versuch es in ein paar Sekunden noch einmal.
server-account-password-short = Verwende mindestens 10 Zeichen.
server-account-password-long = Verwende höchstens 128 Zeichen.
server-account-password-common = Dieses Passwort würden andere als Erstes probieren. Nimm ein paar Wörter, die nichts miteinander zu tun haben.
server-account-no-preference = Eine Einstellung mit diesem Namen gibt es nicht.
server-account-preference-value = Diesen Wert kann die Einstellung nicht haben.
server-account-email-taken = Zu dieser Adresse gibt es schon ein Konto. Willst du dich anmelden?
server-account-name-taken = Dieser Name ist vergeben. Wähl einen anderen.
server-account-email-form = Schreib eine E-Mail-Adresse wie ada@example.org.
server-account-name-form = Verwende 3 bis 32 Buchstaben, Ziffern, Punkte, Binde- oder Unterstriche, zuerst einen Buchstaben oder eine Ziffer.

## server-admin

server-admin-long-name = Höchstens { NUMBER($count) } Zeichen.
server-admin-number = Eine Zahl von { NUMBER($low) } bis { NUMBER($high) }.
server-admin-invites-full = Es gibt schon { NUMBER($count) } Einladungen, die niemand verwendet hat. Entferne zuerst ein paar.
server-admin-no-invite = Diese Einladung gibt es nicht.
server-admin-filters-full = Es gibt schon { NUMBER($count) } Filter dieser Art. Entferne zuerst ein paar.
server-admin-filter-again = Diesen Filter gibt es schon.
server-admin-no-filter = Diesen Filter gibt es nicht.
server-admin-keys-full = Es gibt schon { NUMBER($count) } Schlüssel. Widerruf die, die niemand verwendet.
server-admin-no-key = Diesen Schlüssel gibt es nicht.
server-admin-no-indexer = Einen Indexer mit diesem Namen gibt es nicht.
server-admin-length = { NUMBER($low) } bis { NUMBER($high) } Zeichen.
server-admin-control-characters = Keine Steuerzeichen.
server-admin-filter-empty = Schreib, was gesperrt werden soll.
server-admin-filter-long = Ein Filter hat höchstens { NUMBER($count) } Zeichen.
server-admin-filter-control = Ein Filter darf keine Steuerzeichen enthalten.
server-admin-filter-hash = Ein Info-Hash hat 40 Hex-Ziffern oder 32 Base32-Zeichen.
server-admin-filter-letters = Schreib mindestens einen Buchstaben oder eine Ziffer.
server-admin-filter-expression = Der Ausdruck kann nicht verwendet werden: { $reason }.
server-admin-filter-too-large = Der Ausdruck kann nicht verwendet werden: Er ist zu groß.
server-admin-filter-everything = Dieser Ausdruck passt auf jeden Titel: Er würde alles sperren.

## server-search

server-search-link-old = Dieser Link ist zu alt. Such noch einmal.
server-search-link-wrong = Dem Link von { $name } kann nicht gefolgt werden.
server-search-busy = Gerade laufen zu viele Suchen. Versuch es in ein paar Sekunden noch einmal.
server-search-broke-off = Die Suche ist abgebrochen. Versuch es noch einmal.
server-search-page = Eine Seite ist eine Zahl von 1 bis { NUMBER($count) }.
server-search-no-indexer = Diesen Indexer gibt es nicht; es gibt: { $names }.
server-search-long = Eine Suche hat höchstens { NUMBER($most) } Zeichen; diese hat { NUMBER($count) }.
server-search-control-characters = Eine Suche darf keine Steuerzeichen enthalten.
server-search-letters = Schreib mindestens einen Buchstaben oder eine Ziffer, wonach du suchst.

## server-fetch

server-fetch-no-address = Von dieser Adresse kann nichts geladen werden.
server-fetch-scheme = Geladen wird nur von http- und https-Adressen.
server-fetch-with-name = Von einer Adresse mit Name oder Passwort wird nicht geladen.
server-fetch-private = Diese Adresse führt in ein privates Netz; von dort wird nichts geladen.
server-fetch-redirects = Diese Adresse leitet zu oft weiter.
server-fetch-redirects-nowhere = Diese Adresse leitet ins Nichts weiter.
server-fetch-too-large = Was diese Adresse sendet, ist größer als { NUMBER($count) } MiB.
server-fetch-too-slow = Diese Adresse hat nicht alles innerhalb von { NUMBER($seconds) } s gesendet.
server-fetch-unreachable = Diese Adresse ist nicht erreichbar.
server-fetch-broke-off = Die Verbindung zu dieser Adresse ist abgebrochen.

## server-torrent

server-torrent-blocked = Dieser Torrent ist hier nicht erlaubt. Wer diese Instanz betreibt, hat ihn gesperrt.
server-torrent-nothing-to-play = In diesem Torrent ist nichts, was ein Player abspielen könnte.
server-torrent-no-torrent-id = Kein Torrent hat diese ID.
server-torrent-not-running = Dieser Torrent läuft nicht. Füg ihn zuerst mit seinem Magnet-Link hinzu.
server-torrent-no-history = Diesen Eintrag gibt es in deinem Verlauf nicht.
server-torrent-room-address = Das ist die Adresse eines Raums. Öffne sie, um hineinzugehen; ein Film wird mit der Adresse seiner eigenen Seite hinzugefügt.
server-torrent-seconds = Eine Anzahl Sekunden, nicht negativ.
server-torrent-no-such-files = Kein Torrent hier hat so viele Dateien.
server-torrent-unknown = Diese Instanz kennt den Torrent nicht. Füg ihn mit seinem Magnet-Link hinzu.
server-torrent-not-known = Diese Instanz kennt den Torrent nicht.
server-torrent-large-file = Eine .torrent-Datei hat höchstens 10 MiB.
server-torrent-magnet-long = Dieser Magnet-Link ist zu lang.
server-torrent-no-magnet = Das ist kein Magnet-Link: Einer beginnt mit „magnet:?xt=urn:btih:“.
server-torrent-magnet-damaged = Der Info-Hash in diesem Magnet-Link ist beschädigt: Er hat 40 Hex-Ziffern.
server-torrent-magnet-v2 = Dieser Magnet-Link ist nur für BitTorrent v2, was Matinee noch nicht streamen kann. Such einen für v1 oder einen hybriden.
server-torrent-magnet-nameless = Dieser Magnet-Link nennt keinen Torrent: „xt=urn:btih:“ mit dem Info-Hash fehlt.
server-torrent-removed = Dieser Torrent wurde entfernt.
server-torrent-piece-length = Die Stücke dieses Torrents haben eine unmögliche Länge.
server-torrent-file-length = Die Dateien dieses Torrents haben eine unmögliche Länge.
server-torrent-many-files = Dieser Torrent hat mehr als 20.000 Dateien.
server-torrent-piece-count = Die Zahl der Stücke dieses Torrents passt nicht zu seiner Länge.
server-torrent-file-name = Ein Dateiname in diesem Torrent ist nicht erlaubt.
server-torrent-web-page = Das ist eine Webseite, keine .torrent-Datei.
server-torrent-v2 = Dieser Torrent ist nur für BitTorrent v2, was Matinee noch nicht streamen kann. Such einen für v1 oder einen hybriden.
server-torrent-damaged-file = Das ist keine .torrent-Datei, oder sie ist beschädigt.
server-torrent-long-file-name = Ein Dateiname in diesem Torrent ist zu lang.
server-torrent-too-many-files = Dieser Torrent hat zu viele Dateien.
server-torrent-restarting = Matinee startet gerade neu. Versuch es gleich noch einmal.
server-torrent-nobody-yet = Noch hat niemand geantwortet, der diesen Film teilt. Matinee sucht weiter; ein Torrent mit mehr Seedern startet schneller.
server-torrent-not-on-disk = Dieser Torrent ist nicht auf der Festplatte.
server-torrent-on-their-way = Die Angaben zu diesem Torrent sind noch unterwegs. Versuch es gleich noch einmal.
server-torrent-not-here = Dieser Torrent ist nicht hier. Füg ihn zuerst mit seinem Magnet-Link hinzu.
server-torrent-no-file = Dieser Torrent hat keine Datei Nummer { NUMBER($index) }.
server-torrent-changed = Dieser Torrent wurde gerade geändert. Versuch es noch einmal.
server-torrent-stopped = Dieser Torrent ist gerade angehalten und kann nicht gelesen werden.
server-torrent-part-disk-full = Die Festplatte ist fast voll, deshalb sind Downloads angehalten, und dieser Teil ist noch nicht da. Er kommt, wenn Platz ist.
server-torrent-part-stopped = Dieser Torrent ist gerade angehalten, und dieser Teil ist noch nicht da.
server-torrent-part-damaged = Dieser Teil des Films ist auf der Festplatte beschädigt und konnte nicht neu geladen werden. Versuch es gleich noch einmal.
server-torrent-checking = Die Festplatte wird noch geprüft. Versuch es gleich noch einmal.
server-torrent-too-many-now = Gerade werden zu viele Torrents hinzugefügt. Versuch es in einer Minute noch einmal.
server-torrent-nearly-full = Die Festplatte ist fast voll, deshalb startet kein neuer Torrent. Wer diese Instanz betreibt, kann Platz schaffen.
server-torrent-no-tracker = Dieser Magnet-Link nennt keinen Tracker, der gefragt werden kann, und diese Instanz verwendet das DHT nicht.
server-torrent-nobody = Niemand hat geantwortet, der diesen Film teilt. Ein Torrent mit mehr Seedern startet schneller.
server-torrent-disk-full = Die Festplatte ist voll.
server-torrent-cannot-store = Die Dateien dieses Torrents können auf dieser Festplatte nicht abgelegt werden.
server-torrent-too-many-searches = Gerade werden zu viele Torrents gesucht. Versuch es in einer Minute noch einmal.
server-torrent-made-room = Andere suchen auch Torrents, und für diesen hat noch niemand geantwortet: Er hat Platz gemacht. Versuch es noch einmal.
server-torrent-came-otherwise = Dieser Torrent kam auf anderem Weg. Versuch es noch einmal.
server-torrent-removed-meanwhile = Dieser Torrent wurde entfernt, während Matinee ihn suchte.

## server-room

server-room-title-form = Verwende 1 bis 80 Zeichen.
server-room-people-form = Von 2 bis 10.000 Personen.
server-room-hour = Höchstens eine Stunde; 0 für nie.
server-room-inside-only = Was gesagt wird, lesen nur Leute im Raum.
server-room-emails-count = Nenn 1 bis 20 Adressen.
server-room-emails-form = Schreib E-Mail-Adressen wie ada@example.org.
server-room-invitations-busy = Frühere Einladungen von dir sind noch unterwegs. Versuch es gleich noch einmal.
server-room-banned = Du wurdest dauerhaft aus diesem Raum ausgeschlossen.
server-room-removed = Du wurdest aus diesem Raum entfernt. Sein Host kann dich wieder hereinlassen.
server-room-closed = Dieser Raum ist geschlossen. Sein Host öffnet ihn, indem er hereinkommt.
server-room-password = Dieser Raum verlangt ein Passwort.
server-room-wrong-password = Das ist nicht das Passwort des Raums.
server-room-host-only = Das darf nur der Host des Raums.
server-room-accounts-only = Dieser Raum ist für Leute mit Konto. Melde dich zuerst an.
server-room-no-room = Diesen Raum gibt es nicht. Vielleicht wurde er beendet; frag, wer dir den Link geschickt hat.
server-room-position = Eine Anzahl Sekunden, nicht negativ, höchstens zwei Tage.
server-room-many-rooms = Du hast sehr viele Räume. Beende zuerst ein paar davon.
server-room-unknown-torrent = Diese Instanz kennt den Torrent nicht. Füg ihn zuerst hinzu.
server-room-nothing-to-play = In diesem Torrent ist nichts, was ein Raum abspielen könnte.
server-room-no-lookup = Dieser Torrent kann gerade nicht nachgeschlagen werden. Versuch es gleich noch einmal.
server-room-opening = Der Raum wird gerade geöffnet. Versuch es gleich noch einmal.
server-room-not-written = Der Raum kann gerade nicht gespeichert werden. Versuch es gleich noch einmal.
server-room-address-taken = Diese Adresse ist vergeben. Wähl eine andere.
server-room-name-form = Verwende 1 bis 32 Zeichen.
server-room-address-form = Verwende 3 bis 40 Buchstaben a bis z, Ziffern und Bindestriche, am Anfang und Ende einen Buchstaben oder eine Ziffer.
server-room-password-empty = Verwende etwas, das man sieht, oder lass es leer für kein Passwort.
server-room-password-long = Verwende höchstens 128 Zeichen.
server-room-key-form = Verwende bis zu 64 Buchstaben und Ziffern.
server-room-no-message = Keine Nachricht hat diese Nummer.

## mail

mail-reset-subject = Wähl ein neues Passwort für Matinee
mail-reset-greeting = Hallo { $name },
mail-reset-before = jemand, hoffentlich du, wollte ein neues Passwort für dein Konto bei Matinee. Wähl hier eins:
mail-reset-button = Neues Passwort wählen
mail-reset-after = Der Link gilt einmal und { NUMBER($minutes) } Minuten lang. Wenn du es nicht warst, tu nichts: Dein Passwort bleibt, wie es ist.
mail-invite-subject = Komm, wir sehen zusammen einen Film
mail-invite-greeting = Hallo,
mail-invite-before = { $name } lädt dich ein, zusammen zu schauen, im Raum „{ $room }“:
mail-invite-button = Hereinkommen
mail-invite-after = Wenn du nicht weißt, wer das ist, tu nichts: Du hörst dann nichts mehr davon.
