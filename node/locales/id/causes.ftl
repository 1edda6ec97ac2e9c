# Mengapa sesuatu gagal: bagian dari kalimat lain. Petunjuk sebuah sebab menjadi petunjuk seluruhnya.

system-not-found = tidak ada di sana
system-denied = sistem tidak mengizinkannya
    .hint = periksa siapa pemiliknya dan apa saja hak aksesnya
system-read-only = hanya bisa dibaca
    .hint = periksa siapa pemiliknya dan apakah bisa ditulisi
system-full = disk penuh
    .hint = kosongkan sebagian disk; tidak ada yang hilang
system-no-directory = sebagian jalurnya bukan direktori
    .hint = pilih direktori dengan --data
system-directory = itu sebuah direktori
system-exists = sudah ada di sana
system-refused = tidak ada yang menjawab di sana
system-timeout = tidak dijawab pada waktunya
system-address-taken = alamat itu sudah dipakai program lain
system-cut-off = pihak sana menutup sambungan
system-other = galat sistem; rincian: { $text }

store-newer = versi penyimpanannya { $found }, sedangkan cremona ini hanya mengenal versi { $known }
    .hint = pasang cremona yang lebih baru; tidak ada yang diubah
store-foreign = berkas itu bukan penyimpanan cremona
store-full = disk penuh
    .hint = kosongkan sebagian disk, lalu coba lagi; membaca tetap bisa
store-read-only = penyimpanan tidak bisa ditulisi
    .hint = periksa siapa pemiliknya; membaca tetap bisa
store-corrupt = penyimpanan rusak; rincian: { $text }
store-io = disk gagal; rincian: { $text }
store-sql = penyimpanan gagal; rincian: { $text }

key-empty = kunci ruang kerja kosong
    .hint = salin lagi seluruh kunci dari `cremona key` milik rekan; awalnya wsk1
key-prefix = ini bukan kunci ruang kerja: kunci selalu diawali "wsk1"
    .hint = { key-empty.hint }
key-letter = huruf ke-{ $position } pada kunci adalah "{ $found }", padahal tidak ada kunci yang memuatnya
    .hint = { key-empty.hint }
key-length = kunci ini terdiri atas { $found } huruf, seharusnya { $length }: ada yang tidak ikut tersalin, atau yang tersalin bukan kunci
    .hint = { key-empty.hint }
key-typo = huruf ke-{ $position } pada kunci tampaknya keliru: tertulis "{ $found }", mungkin maksudnya "{ $instead }"
    .hint = { key-empty.hint }
key-checksum = lebih dari satu huruf pada kunci ini keliru
    .hint = { key-empty.hint }
key-version = kunci ini versi { $version }; perlu cremona yang lebih baru
    .hint = pasang cremona yang lebih baru
key-hint = alamat "{ $address }" di belakang kunci tidak berbentuk host:port
    .hint = { key-empty.hint }

pairing-empty = kode pasangan kosong
    .hint = salin lagi seluruh kode dari `cremona mailbox up`; awalnya mbx1
pairing-prefix = ini bukan kode pasangan kotak pos: kode itu selalu diawali "mbx1"
    .hint = { pairing-empty.hint }
pairing-letter = huruf ke-{ $position } pada kode pasangan adalah "{ $found }", padahal tidak ada kode yang memuatnya
    .hint = { pairing-empty.hint }
pairing-length = kode pasangan ini terdiri atas { $found } huruf, seharusnya { $length }: ada yang tidak ikut tersalin
    .hint = { pairing-empty.hint }
pairing-typo = huruf ke-{ $position } pada kode pasangan tampaknya keliru: tertulis "{ $found }", mungkin maksudnya "{ $instead }"
    .hint = { pairing-empty.hint }
pairing-checksum = lebih dari satu huruf pada kode pasangan ini keliru
    .hint = { pairing-empty.hint }
pairing-version = kode pasangan ini versi { $version }; perlu cremona yang lebih baru
    .hint = pasang cremona yang lebih baru
pairing-hint = alamat "{ $address }" di belakang kode pasangan tidak berbentuk host:port
    .hint = { pairing-empty.hint }

ended-code = kode keluar { $code }
ended-signal = sebuah sinyal
standard-input = masukan standar

net-identity = kunci perangkat ini bukan kunci
net-listen = tidak bisa mendengarkan di { $address }: { $error }
net-transport = pengangkutan tidak bisa disiapkan; rincian: { $error }
net-gossip = penyebaran tidak bisa disiapkan; rincian: { $error }
