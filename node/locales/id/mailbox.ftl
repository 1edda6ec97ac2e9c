# Yang dikatakan perintah-perintah kotak pos.

mailbox-made = Kotak pos sudah dibuat. Jalankan dengan `cremona mailbox up`, lalu berikan kode ini kepada seorang anggota, satu kali:
mailbox-up = Kotak pos { $mailbox } berjalan. Anggota mencapainya di
mailbox-waits = Kotak pos menunggu dipasangkan. Di komputer seorang anggota, satu kali:
mailbox-serves = Kotak pos melayani ruang kerjanya. Hentikan dengan Ctrl-C.
mailbox-paired = Kotak pos { $mailbox } sudah terpasang: mulai sekarang node semua anggota memanggilnya, dan `cremona key` menyebutnya di { $addresses }.
mailbox-of = Kotak pos { $mailbox } melayani ruang kerja { $workspace }
mailbox-of-none = Kotak pos { $mailbox } menunggu dipasangkan
mailbox-holds = { $envelopes } dan { $bodies } dari { $devices }, { $megabytes } MB
mailbox-root = akar { $root }
