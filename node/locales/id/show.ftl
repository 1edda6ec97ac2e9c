# Jawaban. Nama kolom singkat dan berhuruf kecil.

## Waktu

time-now = baru saja
time-minutes-ago = { $count } menit lalu
time-hours-ago = { $count } jam lalu
time-today = hari ini { $clock }
time-yesterday = kemarin { $clock }
time-tomorrow = besok { $clock }
time-day = { $day } { $clock }
span-seconds = { $count } detik
span-minutes = { $count } menit
span-hours = { $count } jam
span-days = { $count } hari
never = belum pernah

## Dari CLDR 48 untuk id: nama bulan dan, mulai Senin, nama hari; pola; tanda di antara ribuan

months = Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des
weekdays = Sen Sel Rab Kam Jum Sab Min
date-day = { $day } { $month }
date-year = { $day } { $month } { $year }
clock-minute = { $hour }.{ $minute }
clock-second = { $hour }.{ $minute }.{ $second }
number-part = .

## Kolom

column-draft = draf
column-for = untuk
column-in = di
column-saved = disimpan
column-sent = akan dikirim
column-created = dibuat
column-ends = berakhir
column-scopes = boleh
column-setting = setelan
column-value = nilai
column-address = alamat dan alasan
column-answers = jawaban
column-by = oleh
column-channel = kanal
column-devices = perangkat
column-id = id
column-joined = bergabung
column-last = terakhir
column-last-heard = terakhir terdengar
column-member = anggota
column-message = pesan
column-messages = pesan
column-name = nama
column-not-here = miliknya, belum di sini
column-not-there = milik Anda, belum di sana
column-purpose = tujuan
column-replies = balasan
column-state = keadaan
column-teammate = rekan
column-text = teks
column-thread = utas
column-threads = utas
column-title = judul
column-to-receive = akan diterima
column-to-send = akan dikirim
column-told = memberi tahu
column-when = waktu
column-who = siapa

## Memulai

init-done = Ruang kerja sudah berdiri. Berikan kunci ini kepada rekan Anda; siapa pun yang memegangnya bisa bergabung dan membaca:
init-next = Jalankan node Anda dengan `cremona up`; setelah itu `cremona key` mencetak kunci beserta alamat Anda.
join-done = Siap bergabung dengan ruang kerja { $workspace }. Jalankan node Anda dengan `cremona up`: begitu bertemu seorang rekan, semua yang pernah ditulis akan tiba.
up-ready = Node { $node } berjalan. Rekan mencapainya di
up-page = Buka halamannya dengan tautan ini; berlaku sekali, dalam sepuluh menit (`cremona page` membuat yang lain):
up-stop = Hentikan dengan Ctrl-C.

## Kanal, utas, pesan

archived = diarsip
you = Anda
channels-none = Belum ada kanal. Buat dengan `cremona channel create NAMA`.
threads-none = Belum ada utas di sini. Mulai dengan `cremona post KANAL -m TEKS`.
messages-none = Belum ada apa-apa di sini. Mulai utas dengan `cremona post KANAL -m TEKS`.
messages-earlier = Pesan yang lebih lama: --before { $cursor }
more = Selanjutnya: --before { $cursor }
channel-answers = Jawaban di sini: { $expectation }
posted = Pesan { $message } ditulis di utas { $thread }. Pesan ini keluar begitu bertemu node seorang rekan.
drafts-none = Tidak ada draf.
on-hold = Ditahan: hanya di node ini, yang mengirimnya nanti:
on-hold-late = Yang terlambat tidak bisa dikirim, misalnya karena kanalnya diarsipkan; dicoba tiap menit.
draft-thread = utas
draft-reply = balasan
draft-edit = suntingan
version-missing = (tidak ada di sini)
deleted-title = (dihapus)
message-deleted = Dihapus. Setiap perangkat diminta menghapus teksnya.
message-missing = Teksnya belum tiba.
mark-edited = disunting
mark-early = lebih awal
mark-wrong-clock = jamnya salah
mark-imported = diimpor oleh { $by }
hits-none = Tidak ada yang cocok. Kurangi katanya, atau pakai awal* untuk kata yang diawali begitu.
hits-total = { $count } pesan ditemukan
hits-at-least = paling sedikit { $count } pesan ditemukan

## Yang lain

peers-none = Belum ada node lain yang dikenal. Berikan alamat rekan dengan `cremona up --dial HOST:PORT`.
peer-in-sync = sama isinya
peer-connected = tersambung
peer-dialling = sedang dipanggil
peer-waiting = menunggu
peer-dropped = diputus
peer-dialled = dipanggil
peer-accepted = diterima
peer-dropped-once = pernah diputus: { $reason }

hold-untold = Belum ada rekan yang memberi tahu apa saja yang ada.
hold-one = Semua yang diketahui ada pada { $name } juga ada pada Anda.
hold-all = Semua yang diketahui ada pada { $all } rekan Anda juga ada pada Anda.
hold-some = Semua yang diketahui ada pada { $told } dari { $all } rekan Anda juga ada pada Anda.
missing-of = { $count } entri yang ditulis { $name }
missing-of-stranger = { $count } entri dari seseorang yang belum Anda temui
missing-some = { $count } entri
missing = { $entries } belum ada di sini.
missing-known = { $entries } belum ada di sini, menurut { $names }.
missing-more = Dari { $count } log lain ada yang belum tiba di sini.
holds-whole = semua tulisan Anda ada pada { $names }
holds-not = { $count } tulisan Anda belum ada pada { $name }
holds-unknown = tentang { $names } belum diketahui
holds-unknown-all = Belum diketahui tulisan Anda mana saja yang ada pada { $names }.
names-one = { $name }
names-and = { $first } dan { $last }
names-many = { $count } rekan
sentence = { $text }.

## Jumlah

counted-messages = { $messages } pesan dalam { $threads } utas dan { $channels } kanal
counted-members = { $members } anggota
counted-envelopes = { $envelopes } amplop
counted-bodies = { $bodies } isi
counted-devices = { $devices } perangkat
counted-lives = { $lives } masa hidup
status-running = { $name } di ruang kerja { $workspace }, node berjalan, { $peers } node lain tersambung
status-stopped = { $name } di ruang kerja { $workspace }, node berhenti
status-talk = { $talk }, { $members }
status-store = { $envelopes }, teks { $text }, di disk { $disk }, { $lives } log perangkat ini
status-listens = mendengarkan di { $address }
verify-hashes =
    akar     { $root }
    keadaan  { $state }
verify-counted = { $envelopes }, { $talk }, { $members }
checked = { $count } diperiksa, { $problems } masalah
checked-repaired = { $count } diperiksa, yang diturunkan dibangun ulang, { $problems } masalah

## Impor

import-done = { $parsed } pesan: { $added } ditambahkan, { $already } sudah ada
import-would = { $parsed } pesan: { $added } akan ditambahkan, { $already } sudah ada
import-skipped = { $count } dilewati: { $reason }

## Kotak masuk

inbox-empty = Tidak ada yang memerlukan Anda.
inbox-count = { $count } utas memerlukan Anda
inbox-overdue = { $count } lewat waktu
inbox-today = { $count } hari ini
inbox-can-wait = { $count } bisa menunggu
inbox-expired = { $count } bendera hijau kedaluwarsa tanpa dibaca: `cremona inbox --expired`.
inbox-all = Hanya itu.
inbox-new = { $count } baru
inbox-from = dari { $name }
inbox-last = { $name } { $when }
more-after = Selanjutnya: --after { $cursor }
arrived-late = datang terlambat
resolved = tuntas
flag-red = Hari ini
flag-yellow = 48 jam
flag-green = Info
overdue = lewat { $span }
due-by = sebelum { $when }
short-minutes = { $minutes } mnt
short-hours = { $hours } j { $minutes } mnt
short-days = { $days } h { $hours } j
why-here = Mengapa ada di sini:
because-flagged = { $name } menandainya untuk Anda: { $flag }
because-flagged-due = { $name } menandainya untuk Anda: { $flag }, sebelum { $when }
because-stands-in = { $name } menandainya: { $flag }; { $away } sedang pergi dan Anda wakilnya
because-called = { $count } pesan belum dibaca menyebut Anda
because-replies = { $count } balasan belum dibaca di utas Anda
because-acknowledge = pesan { $message } meminta konfirmasi Anda
because-later = Anda menundanya sampai { $when }
not-later = Tidak di kotak masuk: Anda menundanya sampai { $when }.
not-expired = Tidak di kotak masuk: bendera hijaunya kedaluwarsa { $when }.
not-done = Tidak di kotak masuk: Anda menyelesaikannya { $when }.
not-muted = Tidak di kotak masuk: Anda membisukannya.
not-resolved = Tidak di kotak masuk: sudah tuntas.
not-read = Tidak di kotak masuk: Anda sudah membaca semuanya.
not-no-part = Tidak di kotak masuk: tidak ada yang untuk Anda, dan Anda tidak mengikutinya.
rule-follow = Anda mengikutinya.
rule-mute = Anda membisukannya.
rule-replies = Darinya hanya balasan di tempat Anda menulis yang muncul.
rule-mentions = Darinya hanya yang menyebut Anda yang muncul.

## Yang dikatakan tentang sebuah pesan

message-announcement = Pengumuman
message-embargo = Ditampilkan mulai { $when }; node lain mungkin sudah memegangnya.
acknowledged-none = Mohon konfirmasi: belum ada yang melakukannya.
acknowledged-by = Mohon konfirmasi; sudah oleh { $names }.
acknowledged-not = Belum oleh { $names }.
resolved-by = Dituntaskan oleh { $name }.
mark-pinned = disematkan
everyone = semua orang
flagged = { $flag }, untuk { $names } ({ $by })
flagged-by-when = { $flag }, untuk { $names }, sebelum { $when } ({ $by })
posted-embargo = Ditampilkan mulai { $when}; node lain mungkin sudah memegangnya, jadi bukan rahasia.
posted-nobody = Tidak ada yang bernama { $names }.

## Orang dalam hari mereka

clock-part = .
person-hours = Jam kerja { $name }: { $hours }.
person-assumed = { $name } belum mengumumkan jam kerja; dianggap { $hours }.
person-open-until = Di tempat { $name } pukul { $clock }; harinya berakhir { $when }.
person-closed-until = Di tempat { $name } pukul { $clock }; harinya mulai { $when }.
person-open = Di tempat { $name } pukul { $clock }; sedang jam kerja.
person-closed = Di tempat { $name } pukul { $clock }; bukan jam kerja.
person-status = { $name }: { $status }.
person-deputy = { $deputy } mewakili { $name } selagi pergi.
status-until = { $status }, sampai { $when }
meaning-open = siap
meaning-focus = fokus
meaning-deadline = mengejar tenggat
meaning-away = pergi
team-all = semua
team-next = Anda semua berada di jam kerja lagi { $when }.
team-never = Dalam dua minggu ke depan tidak ada saat ketika Anda semua berada di jam kerja.

quiet-now = Tenang sampai { $when }.
quiet-not = Tidak sedang tenang: yang memerlukan Anda diberitahukan.

## Laporan

report-nothing = Tidak ada yang Anda lewatkan.
report-more = Ada lebih banyak daripada yang diperiksa laporan; yang lebih lama dapat dicari dengan `cremona search`.
report-left-out = dan { $count } lagi
report-messages = { $count } pesan
held-on = Tersimpan di { $holds } dari { $count } node, sejauh yang mereka kabarkan.
held-not-yet = { $name }: belum.
held-unknown = { $name }: belum pernah mengabarkan.
held-mailbox = kotak pos
forecast-here = Sedang terhubung.
forecast-no-idea = Belum bisa diperkirakan: terlalu jarang terdengar.
forecast-likely = Mungkin { $when }, paling sering antara { $early } dan { $late }.
forecast-open = Mungkin { $when }, hampir tak pernah sebelum { $early }; bisa jadi tidak dalam sepekan.
forecast-zone = Waktunya menurut { $zone }.

## Yang ditampilkan desktop

notice-line = #{ $channel } · { $title }
notice-text = { $name }: { $text }
notice-many = { $count } utas memerlukan Anda
notice-digest = Selama jam tenang: { $count } utas
