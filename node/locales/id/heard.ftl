# Yang dikatakan bagian lain dalam bahasa Inggris.

heard-list = { $first }; { $rest }

## Mengapa sebuah node tidak ada

heard-stalled = macet: tidak menjawab dalam { $seconds } dtk
heard-dripped = macet: mengirim bundel bita demi bita
heard-lied = tidak jujur: { $how }
heard-flooded = membanjiri: terlalu banyak bingkai
heard-flooded-early = membanjiri: meminta terlalu banyak sebelum bergabung
heard-garbled = mengirim bita yang tidak masuk akal: { $how }
heard-no-join = tidak menunjukkan tanda bergabung yang ditandatangani kunci undangan
heard-store-failed = penyimpanan node ini gagal; akan bertemu lagi
heard-disk-failed = disk kotak pos ini gagal; akan bertemu lagi
heard-closed-early = menutup sebelum diterima: milik ruang kerja lain, atau bukan node cremona ({ $how })
heard-wrong-proof = bukti keanggotaannya salah: ruang kerja lain, atau bukan rekan
heard-late-proof = tidak membuktikan keanggotaan pada waktunya
heard-no-randomness = sistem tidak memberi bilangan acak
heard-crowded = terlalu banyak sambungan menunggu di gerbang
heard-too-long = bingkai { $bytes } bita untuknya melebihi batas
heard-too-slow = tidak bisa mengikuti yang dikirim
heard-closed = menutup sambungan
heard-stream-ended = aliran bingkainya berakhir: { $how }
heard-many-dials = terlalu banyak panggilan sedang berlangsung
heard-no-address = bukan alamat: { $how }
heard-no-host-why = { $address } tidak bisa ditemukan: { $how }
heard-no-host = { $address } tidak bisa ditemukan
heard-itself = itu node ini sendiri
heard-another-node = node lain menjawab di alamat itu
heard-not-needed = sambungannya hilang, atau tidak diperlukan lagi
heard-handover = menyerahkan sesuatu yang tidak terbaca

## Yang dikatakan sistem operasi dan pustaka

heard-refused = sambungan ditolak (galat OS { $number })
heard-timed-out = waktu menyambung habis (galat OS { $number })
heard-reset = sambungan diputus pihak sana (galat OS { $number })
heard-no-route = tidak ada rute ke sana (galat OS { $number })
heard-no-network = jaringan tidak terjangkau (galat OS { $number })
heard-address-taken = alamat sudah dipakai (galat OS { $number })
heard-not-our-address = alamat itu bukan milik komputer ini (galat OS { $number })
heard-denied = tidak diizinkan (galat OS { $number })
heard-no-name = nama itu tidak dikenal
heard-no-name-now = nama itu untuk sementara tidak bisa dicari
heard-timeout = waktunya habis
heard-handshake = perkenalan dengan pihak sana kehabisan waktu
heard-no-such-host = host itu tidak ada
heard-bad-socket = alamat itu tidak sah
heard-bad-port = nomor port itu tidak sah

## Yang perlu diperhatikan

heard-not-met = node ini belum pernah bertemu rekan
heard-wrong-clock = jam rekan atau jam di sini salah: pesan terbaru bertanggal { $time }
heard-newer = { $count } amplop perlu cremona yang lebih baru; tetap disimpan dan diteruskan
heard-no-key = { $count } amplop menunggu kunci
heard-rule = { $count } catatan melanggar aturan dan tidak dihitung
heard-missing = { $count } teks belum tiba
heard-forked = { $count } log bercabang: satu perangkat menulis dua riwayat
heard-mailbox-full = kotak pos { $mailbox } penuh ({ $used } dari { $limit } MB): tidak menerima yang baru, yang tetap ada pada node anggota sampai mereka bertemu; beri ruang lebih dengan `cremona mailbox up --room MB`
heard-share-used = kotak pos { $mailbox } tidak menerima yang baru dari { $names }, karena jatahnya habis; beri jatah lebih untuk tiap perangkat dengan `cremona mailbox up --share MB`
heard-index = indeks pencarian tidak cocok dengan teksnya
heard-not-derived = { $table }: tersimpan, tetapi tidak diturunkan: { $row }
heard-not-kept = { $table }: diturunkan, tetapi tidak tersimpan: { $row }
heard-log-seq = log { $log } urutan { $seq }: { $how }

## Kapan

heard-no-moment = bukan saat: tulis misalnya "tomorrow 09:00"
heard-no-instant = bukan saat: seharusnya seperti 2026-11-30T09:00:00Z
heard-longer = lebih panjang dari { $limit } bita
heard-at-column = kolom { $column }: { $how }
heard-word-near = "{ $word }" bukan hari, jam, atau zona; maksud Anda { $near }?
heard-word = "{ $word }" bukan hari, jam, atau zona
heard-how-long = katakan berapa lama, seperti "in 2h" atau "in 3 days"
heard-extra = "{ $word }" berlebih
heard-impossible = "{ $word }": tidak ada jam yang menunjukkan itu: seharusnya 00:00 sampai 23:59
heard-skipped = { $time } tidak ada pada { $date } di { $zone }: tulis { $earlier } atau { $later }
heard-twice = { $time } terjadi dua kali pada { $date } di { $zone }: tulis { $first } atau { $second }
heard-far = itu terlalu jauh
heard-past = { $at } sudah lewat
heard-zone-near = tidak ada zona waktu "{ $name }"; maksud Anda { $near }?
heard-zone = tidak ada zona waktu "{ $name }"
heard-hours-zone = jam kerja diawali zona waktu, seperti Asia/Singapore
heard-never-open = jam kerja ini tidak pernah buka: tulis hari dan jam, seperti mon-fri 09:00-17:00
heard-no-day-near = "{ $word }" bukan hari; maksud Anda { $near }?
heard-no-day = "{ $word }" bukan hari
heard-no-days = jam perlu hari di depannya, seperti mon-fri 09:00-17:00
heard-no-times = hari perlu jam di belakangnya, seperti mon-fri 09:00-17:00
heard-one-time = giliran kerja punya dua jam, seperti 09:00-17:00
heard-no-length = giliran ini berakhir saat dimulai; sehari penuh adalah 00:00-24:00
heard-overlap = { $one } dan { $other } tumpang tindih
heard-no-date = "{ $word }" bukan tanggal: seharusnya seperti 2026-12-24, atau dua dengan .. di antaranya
heard-off-backwards = hari libur ini berakhir sebelum dimulai
heard-off-many = lebih dari { $limit } rentang hari libur
heard-shifts-many = lebih dari { $limit } giliran dimulai pada satu hari
heard-no-tzif = berkas zona waktu "{ $name }" bukan TZif
heard-no-focus = "{ $word }" bukan fokus: seharusnya dua saat seperti 2026-11-30T09:00:00Z dengan .. di antaranya
heard-focus-over = fokus sampai { $until } sudah berakhir sebelum dimulai pada { $from }
heard-focus-many = lebih dari { $limit } blok fokus
heard-no-time-of-day = "{ $word }": bukan jam: seharusnya seperti 09:00

## Mencari

heard-search-long = pencarian melebihi { $limit } huruf
heard-search-many = pencarian paling banyak berisi { $limit } kata dan operator
heard-search-fewer = kurangi katanya
heard-search-nothing = tidak ada yang dicari
heard-search-give = berikan sedikitnya satu kata, "frasa", atau operator seperti from:ana
heard-search-open = ada tanda petik yang tidak ditutup
heard-search-close = tutup dengan " lagi
heard-search-operator = tidak ada operator { $name }:
heard-search-near = maksud Anda { $name }: ? Jika memang kata itu yang dicari, apit dengan tanda petik
heard-search-operators = operatornya { $names }; jika memang kata itu yang dicari, apit dengan tanda petik
heard-search-empty = tidak ada apa-apa setelah { $name }:
heard-search-example = tulis misalnya { $example }
heard-search-date = { $name }: tidak menerima { $value }, yang bukan tanggal
heard-search-dates = tulis { $one }:2026-01-31, { $two }:2026-01, { $three }:2026, atau today atau yesterday
heard-search-value = { $name }: tidak menerima { $value }
heard-search-did-you-mean = maksud Anda { $near }? Pilihannya { $list }
heard-search-there-are = pilihannya { $list }
heard-search-more = berikan lebih banyak
heard-search-no-channel = tidak ada kanal { $name }
heard-search-no-thread = tidak ada utas { $name }
heard-search-no-person = tidak ada orang { $name }
heard-search-two-channels = { $name } cocok dengan lebih dari satu kanal: { $list }
heard-search-two-threads = { $name } cocok dengan lebih dari satu utas: { $list }
heard-search-two-people = { $name } cocok dengan lebih dari satu orang: { $list }

## Ekspor dari alat lain

skip-file = berkas tidak terbaca
skip-crowd = lebih dari { $limit } pesan dalam satu berkas
skip-form = bukan objek pesan
skip-kind = bukan pesan
skip-system = pesan sistem
skip-repeat = mengulang balasan di kanal
skip-timestamp = cap waktunya tidak ada atau tidak terbaca
skip-long = lebih panjang dari 64 KiB
skip-empty = tidak berisi apa pun
skip-deleted = sudah dihapus sebelum ekspor
skip-private = kanal privat dan pesan langsung tidak diimpor, supaya tidak menjadi terbuka
skip-unlisted = kanalnya tidak terdaftar di channels.json, jadi mungkin privat
skip-time = waktunya di luar jangkauan
skip-root = akarnya tidak bisa dinamai
skip-text-empty = { $what } kosong
skip-text-long = { $what } sepanjang { $len } bita; batasnya { $limit }
skip-text-control = { $what } berisi karakter kendali { $code }
