# The page, and what stands in its place.

page-title = Cremona
page-go-on = Go on to the page
token-made = Token { $name }. It is shown this once; send it as `Authorization: Bearer`:
token-revoked = Token { $name } lets nobody in any more.
tokens-none = No tokens. `cremona token create` makes one.
