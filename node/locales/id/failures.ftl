# Apa yang tidak bisa dilakukan dan mengapa; petunjuknya: langkah berikutnya.

## Teks, kunci, berkas

no-text = tidak ada teks
    .hint = berikan dengan -m TEKS, -F BERKAS, atau - untuk masukan standar
input-read = { $name } tidak bisa dibaca: { $error }
input-long = isi { $name } lebih dari { $limit } bita
    .hint = satu pesan paling panjang 65.536 bita
input-latin = { $name } bukan teks UTF-8 (bita { $at })
    .hint = simpan sebagai UTF-8
editor-ended = { $editor } berakhir dengan { $status }
    .hint = atur EDITOR, atau berikan teks dengan -m TEKS
editor-failed = { $editor } tidak bisa dijalankan: { $error }
    .hint = { editor-ended.hint }

io-read = { $path } tidak bisa dibaca: { $error }
io-write = { $path } tidak bisa ditulis: { $error }
io-make = { $path } tidak bisa dibuat: { $error }
io-remove = { $path } tidak bisa dihapus: { $error }
io-clear = { $path } tidak bisa dikosongkan: { $error }
io-open = { $path } tidak bisa dibuka: { $error }
io-lock = { $path } tidak bisa dikunci: { $error }
io-find = { $path } tidak bisa ditemukan: { $error }
io-look-at = { $path } tidak bisa diperiksa: { $error }
io-replace = { $path } tidak bisa diganti: { $error }
io-listen-on = tidak bisa mendengarkan di { $path }: { $error }
io-protect = { $path } tidak bisa dilindungi: { $error }
io-read-the-guard = penjaga { $path } tidak bisa dibaca: { $error }
io-write-the-guard = penjaga { $path } tidak bisa ditulis: { $error }
output-failed = keluaran tidak bisa ditulis: { $error }
no-randomness = sistem tidak memberi bilangan acak: { $error }

## Direktori data

workspace-name = "{ $name }" tidak bisa menjadi nama ruang kerja di komputer ini
    .hint = pakai huruf, angka, - dan _, atau berikan direktori dengan --data
no-home = direktori rumah tidak ada
    .hint = berikan direktori data dengan --data, atau atur HOME
no-guard-place = tidak ada tempat untuk penjaga: XDG_STATE_HOME dan HOME tidak diatur
    .hint = atur HOME, atau XDG_STATE_HOME ke direktori milik Anda
holds-workspace = { $path } sudah berisi ruang kerja
    .hint = pilih direktori lain dengan --data, atau nama lain dengan -w
not-empty = { $path } tidak kosong: ada { $name } di dalamnya
    .hint = pilih direktori baru atau kosong dengan --data
not-directory = { $path } bukan direktori
    .hint = pilih direktori dengan --data
no-workspace = tidak ada ruang kerja di { $path }
    .hint = dirikan dengan `cremona init`, atau bergabung dengan `cremona join KUNCI`
half-no-node = { $path } berisi penyimpanan tetapi tanpa { $name }: direktori data ini tidak utuh
    .hint = pulihkan seluruh direktori dari cadangan, atau ulangi `init` atau `join` jika tadi terputus
half-no-store = { $path } berisi identitas tetapi tanpa { $name }: direktori data ini tidak utuh
    .hint = pulihkan seluruh direktori dari cadangan, atau pindahkan lalu bergabung lagi dengan kunci ruang kerja
no-data-directory = { $path } bukan direktori data cremona
    .hint = pilih yang lain dengan --data, atau buat dengan `cremona init` atau `cremona join KUNCI`
file-damaged = { $path } rusak
    .hint = pulihkan direktori dari cadangan, atau bergabung lagi di direktori baru
file-newer = { $path } versi { $version }, sedangkan cremona ini hanya mengenal versi { $known }
    .hint = pasang cremona yang lebih baru; tidak ada yang diubah
keys-damaged = kunci-kunci perangkat ini rusak
    .hint = pulihkan node.json dari cadangan
cant-open = { $path } tidak bisa dibuka: { $error }
    .hint = jalankan `cremona fsck`, atau pulihkan direktori dari cadangan; semua yang sudah terkirim ada pada rekan
cant-open-newer = { $path } tidak bisa dibuka: { $error }
    .hint = pasang cremona yang lebih baru; tidak ada yang diubah
in-use = { $path } sedang dipakai proses { $pid }
    .hint = hentikan dulu proses itu, atau pakai direktori lain dengan --data
in-use-unknown = { $path } sedang dipakai proses lain
    .hint = { in-use.hint }
unguarded = sudah tertulis, tetapi penjaga di luar direktori data tidak bisa ditulis, jadi belum dikirim
    .hint = buat direktori penjaga bisa ditulisi, lalu jalankan node lagi

## Node dan soketnya

not-running = tidak ada node yang berjalan untuk direktori ini
    .hint = jalankan dengan `cremona up`
node-stopped = node sudah berhenti
    .hint = jalankan dengan `cremona up`; lalu `cremona watch` melanjutkan dari sana
node-stopped-at = node sudah berhenti
    .hint = jalankan dengan `cremona up`; lalu `cremona watch --since { $cursor }` melanjutkan dari akhir ini
surprised = jawaban node tidak sesuai dengan pertanyaan
    .hint = mungkin versinya berbeda?
no-answer = node tidak menjawab: { $error }
    .hint = mungkin sedang mulai atau berhenti; coba lagi
broken = sambungan ke node terputus: { $error }
    .hint = tanyakan lagi; yang sudah dipastikannya tetap tersimpan
broken-stopped = sambungan ke node terputus: node berhenti
    .hint = { broken.hint }
broken-answer = sambungan ke node terputus: jawabannya tidak terbaca; mungkin versinya berbeda?
    .hint = { broken.hint }
broken-cut = sambungan ke node terputus: jawabannya terpotong
    .hint = { broken.hint }
too-much-at-once = { $bytes } bita terlalu banyak untuk sekali kirim ke node; batasnya { $limit }
    .hint = hentikan node untuk melakukannya tanpa node
too-many-askers = sudah { $count } program yang bertanya kepada node ini
    .hint = tutup beberapa, misalnya `cremona watch`, atau coba nanti
question-long = pertanyaannya terlalu panjang
    .hint = mungkin perintah dan node berbeda versi: hentikan node, lalu jalankan lagi
question-odd = node tidak memahami pertanyaannya
    .hint = { question-long.hint }
answer-long = jawabannya { $bytes } bita, melebihi batas { $limit }
    .hint = minta lebih sedikit baris dengan --limit
socket-place = { $path } bukan milik pengguna ini, jadi node tidak bisa mendengarkan di sana
    .hint = hapus itu, atau pakai direktori data dengan jalur yang lebih pendek
cant-start = tidak bisa mulai: { $error }
no-page = node berjalan tanpa halaman
    .hint = jalankan tanpa --no-http
no-browser = { $program } tidak bisa dijalankan: { $error }
    .hint = buka sendiri tautan dari `cremona page` di peramban
server-stopped = node tidak bisa ditanyai lagi
    .hint = jalankan node sekali lagi
no-signals = tidak bisa menerima sinyal: { $error }
store-in-memory = penyimpanan tidak berada di disk
reader-failed = pembaca gagal: { $error }
stopping = node sedang berhenti
    .hint = tanyakan lagi setelah node berjalan
network-stopped = jaringan berhenti
    .hint = jalankan node lagi
cant-listen = { $error }
    .hint = pilih alamat lain dengan --listen HOST:PORT; port 0 mengambil yang kosong

## Halaman dan API

http-no-address = "{ $address }" bukan alamat komputer ini
    .hint = berikan 127.0.0.1:PORT; port 0 memakai port mana pun yang bebas
http-not-loopback = halaman dan API hanya menjawab di komputer ini, sedangkan { $address } terjangkau dari komputer lain
    .hint = berikan 127.0.0.1:PORT; untuk memakai node dari tempat lain, teruskan port itu dengan ssh
http-cant-listen = tidak bisa mendengarkan di { $address }: { $error }
    .hint = pilih alamat lain dengan --http HOST:PORT; port 0 memakai port mana pun yang bebas
access-damaged = { $path } rusak
    .hint = hapus berkas itu; tautan dan token yang lama tidak berlaku lagi
token-name = itu tidak bisa menjadi nama token
    .hint = berikan nama sepanjang 1 sampai 100 huruf
token-taken = sudah ada token "{ $name }"
    .hint = pilih nama lain, atau cabut token itu dengan `cremona token revoke`
tokens-full = sudah ada { $count } token
    .hint = cabut salah satu dengan `cremona token revoke`
no-token = tidak ada token "{ $name }"
    .hint = `cremona token list` menampilkan semuanya
http-nobody = node ini tidak mengenal Anda
    .hint = buka halaman dengan tautan dari `cremona page`; program mengirim token dari `cremona token create`
http-link-used = tautan ini tidak berlaku lagi: hanya sekali, dalam sepuluh menit
    .hint = buat yang baru dengan `cremona page`
http-other-host = permintaan ini menyebut host lain, bukan node ini
    .hint = pakai alamat yang ditampilkan `cremona page`
http-other-origin = permintaan ini datang dari situs lain
    .hint = buka halamannya dan lakukan di sana
http-odd-header = header { $name } ada dua kali atau bukan teks
    .hint = kirim sekali saja
http-odd-target = permintaan ini tidak menyebut jalur
    .hint = mintalah jalur seperti /api/v1/channels
http-length-required = isi permintaan perlu Content-Length; tidak bisa dikirim sepotong-sepotong
    .hint = kirim Content-Length, bukan Transfer-Encoding
http-no-method = itu tidak bisa dilakukan pada jalur ini
    .hint = /api/v1/openapi.json menyebutkan apa yang bisa
http-nothing-there = tidak ada apa-apa di jalur ini
    .hint = halaman mulai di /, API diterangkan di /api/v1/openapi.json
http-body-long = isi permintaan melebihi batas { $limit } bita
    .hint = kirim lebih sedikit sekaligus
http-body-slow = isi permintaan tidak tiba pada waktunya
    .hint = coba lagi
too-many-streams = sudah ada { $count } program yang mengikuti perubahan
    .hint = tutup salah satu, atau tanyakan /api/v1/changes sesekali
http-too-often = terlalu banyak permintaan sekaligus
    .hint = tunggu sebentar

## Permintaan

field-unknown = tidak ada isian "{ $name }" di sini
    .hint = /api/v1/openapi.json menyebutkan yang ada
field-missing = isian "{ $name }" tidak diberikan
    .hint = /api/v1/openapi.json menyebutkan yang wajib ada
field-wrong = isian "{ $name }" harus berupa { $kind }
    .hint = /api/v1/openapi.json menerangkan setiap isian
field-range = isian "{ $name }" harus dari { $least } sampai { $most }
    .hint = berikan bilangan di antaranya
field-twice = isian "{ $name }" diberikan dua kali
    .hint = berikan sekali saja
field-not-text = "{ $text }" bukan teks UTF-8
    .hint = tulis dalam UTF-8, lalu dengan tanda persen
field-text = teks
field-boolean = true atau false
field-number = bilangan bulat
field-list = daftar
field-object = objek
body-not-json = isi permintaan tidak dinyatakan sebagai JSON
    .hint = kirim dengan Content-Type: application/json
body-no-object = isi permintaan bukan objek JSON
    .hint = /api/v1/openapi.json menerangkan bentuknya
body-broken = isi permintaan bukan JSON mulai baris { $line }, kolom { $column }
    .hint = perbaiki di sana: teks dan nama dalam tanda kutip ganda, tanpa koma sebelum kurung tutup
body-odd = yang diminta tidak masuk akal jika digabung
    .hint = /api/v1/openapi.json menerangkan bentuknya
body-of-get = pertanyaan tidak punya isi
    .hint = tulis yang Anda tanyakan di bagian kueri
query-odd = bagian alamat setelah ? tidak terbaca
    .hint = hapus bagian itu, atau berikan setiap nama sekali saja, dengan nilai yang cocok
path-odd = sebagian jalur tidak terbaca
    .hint = tulis dalam UTF-8, lalu dengan tanda persen
form-odd = formulir tidak terbaca
    .hint = kembali, muat ulang halamannya, lalu kirim dari sana
form-no-form = yang dikirim tidak dinyatakan sebagai formulir
    .hint = kirim dari halaman, atau dengan Content-Type: application/x-www-form-urlencoded
key-odd = kunci idempotensi terdiri dari 1 sampai { $limit } huruf
    .hint = UUID acak sudah cukup
token-lacks = token ini tidak mengizinkan { $scope }
    .hint = buat yang mengizinkan dengan `cremona token create --scope { $scope }`

## Yang diminta

draft-place = belum dikatakan untuk apa drafnya
    .hint = berikan --channel, --thread, atau --message
not-on-hold = { $why }; teksnya disimpan sebagai draf
    .hint = `cremona draft hold { $draft } --at SAAT` mencobanya lagi
no-verb = tidak ada perintah "{ $verb }"
    .hint = `cremona help` mendaftar semuanya
asks-nothing = perintah itu tidak menanyakan apa pun
json-failed = JSON tidak bisa ditulis: { $error }
key-not-drawn = kunci tidak bisa digambar: { $error }
    .hint = cetak tanpa --qr
checked-wrong = { $count } masalah
    .hint = `cremona fsck --repair` membangun ulang semua yang diturunkan
checked-still-wrong = { checked-wrong }
    .hint = pulihkan direktori dari cadangan, atau bergabung lagi
one-wrong = ada satu masalah
things-wrong = ada { $count } masalah
    .hint = mulai dari yang pertama
clock-unreadable = jam di { $path } tidak bisa dibaca: { $error }
    .hint = CREMONA_CLOCK hanya untuk pengujian: tulis waktu seperti 2026-10-26T09:00:00Z di sana, atau hapus variabel itu

## Kotak pos

no-mailbox = tidak ada kotak pos di { $path }
    .hint = buat dengan `cremona mailbox init DIREKTORI`
mailbox-damaged = { $name } rusak
    .hint = buat kotak pos lain dengan `cremona mailbox init`, lalu pasangkan; anggota akan mengisinya lagi
mailbox-not-empty = { $path } tidak kosong: ada { $name } di dalamnya
    .hint = pilih direktori baru atau kosong; kotak pos yang sudah ada dijalankan dengan `cremona mailbox up`
mailbox-address = { $error }
    .hint = berikan alamat sebagai --at HOST:PORT
mailbox-network-stopped = jaringan berhenti
    .hint = jalankan kotak pos lagi
cant-open-shelf = { $path } tidak bisa dibuka: { $error }
    .hint = pindahkan berkas itu, lalu mulai lagi; anggota akan mengisinya lagi
pair-no-address = kode pasangan itu tidak menyebut alamat kotak pos
    .hint = berikan dengan --dial HOST:PORT
pair-too-early = node ini belum pernah bertemu rekan, jadi tidak bisa memberitahukan kotak pos kepada siapa pun
    .hint = pasangkan dari node rekan, atau setelah Anda bertemu salah satunya
cant-pair = kotak pos tidak bisa dipasangkan: { $error }
    .hint = apakah sedang berjalan, dan apakah ini kodenya yang terbaru? Kotak pos milik ruang kerja lain harus dibuat baru
pair-other-mailbox = { $address }: kotak pos lain menjawab di sana
pair-refused = { $address }: { $error }
pair-no-answer = tidak ada jawaban dalam { $seconds } dtk

# Kegagalan dari node yang lebih baru.
told = { $message }
    .hint = { $next }

output-unread = tidak ada lagi yang membaca keluaran
progress-import = Mengimpor

no-export = { $path } bukan ekspor Slack: tidak ada channels.json dengan folder berisi hari
    .hint = berikan berkas ZIP seperti yang dibuat Slack
no-zip = { $path } bukan berkas ZIP yang bisa dibaca; rincian: { $error }
    .hint = { no-export.hint }
archive-refused = arsip ditolak: { $why }
    .hint = ekspor lagi; setelah titik ini tidak ada yang diimpor
zip-entries = isinya { $count } entri, lebih dari { $limit }
zip-name = ada nama di dalamnya yang bukan teks
zip-leads-out = nama { $name } mengarah ke luar arsip
zip-long = { $name } lebih panjang dari { $limit } bita
zip-unpacks = { $name } mengembang menjadi lebih dari { $limit } bita
export-part = { $name } dari ekspor itu tidak bisa dibaca
    .hint = ekspor lagi, atau buka arsipnya dan perbaiki
