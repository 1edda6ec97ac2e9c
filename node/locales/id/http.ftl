# Halaman, dan yang ada di tempatnya.

page-title = Halaman Cremona
page-go-on = Lanjut ke halaman
token-made = Token { $name }. Hanya ditampilkan sekali ini; kirim sebagai `Authorization: Bearer`:
token-revoked = Token { $name } tidak lagi mengizinkan siapa pun.
tokens-none = Belum ada token. `cremona token create` membuatnya.
