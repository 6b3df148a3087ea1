"""Words that mean the same or nothing: nicknames, abbreviations, free-mail providers, shared mailboxes."""

_NICKNAMES = """
alexander alex sandy lex xander / alexandra alexa sasha / albert al bert / alfred alf fred / andrew andy drew /
anthony tony / antonio toni / arthur art / barbara barb babs / benjamin ben benny / catherine katherine kathryn
cathy kathy kate katie cat kitty / charles charlie chuck chas / charlotte charly lottie / christina chris tina
christine / christopher topher kit / daniel dan danny / david dave davey / deborah debra deb debbie / dennis denny
/ donald don donny / dorothy dot dottie / douglas doug / edward ed eddie ted ned / eleanor ellie nell nora /
elizabeth liz lizzie beth betty eliza elisabeth lisa bess / emily em / eugene gene / florence flo / frances fran
frannie / francis frank frankie / franklin / frederick freddie fritz / gabriel gabe / gabrielle gabby / gerald
gerry jerry / gregory greg / harold hal harry / helen nell / henry hank / isabella bella izzy isabel / jacob jake /
jacqueline jackie / james jim jimmy jamie / janet jan / jeffrey jeff geoffrey geoff / jennifer jen jenny / jessica
jess jessie / johann hans johannes / john jack johnny / jonathan jon / joseph joe joey jo / joshua josh / judith
judy / julia julie / katharina kathi / kenneth ken kenny / kimberly kim / lawrence laurence larry / leonard leo len
lenny / louis lou louie / lucille lucy / madeline maddie / margaret maggie meg peggy marge greta rita / maria mary
marie / martin marty / matthew matt matty / maximilian max / melissa mel / michael mike mick mickey mikey /
michelle shelly / nathaniel nathan nate / nicholas nick nicky nico nicolas / nicole nicky / olivia liv / pamela pam
/ patricia pat patty trish tricia / patrick paddy / peter pete / philip phillip phil / priscilla cilla / rachel rae
/ raymond ray / rebecca becky becca / richard rick ricky dick rich richie / robert bob bobby rob robbie bert /
roberta bobbie / roger rodge / ronald ron ronnie / rosemary rose rosie / russell russ / samantha sam sammy / samuel
sam sammy / sandra sandy / sarah sara sally / sebastian seb / sophia sophie / stanley stan / stephanie steph /
stephen steven steve stevie / susan sue susie suzanne susanna / teresa theresa terry tess / theodore theo teddy /
thomas tom tommy / timothy tim timmy / valerie val / veronica ronnie vera / victoria vicky tori / vincent vince
vinny / virginia ginny / walter walt wally / william will bill billy willie liam / zachary zach zack
"""
_ABBREVIATED_WORDS = """
international intl int'l / national natl nat'l / manufacturing mfg manuf / technology tech / technologies techs
/ services svcs svc service / systems sys system / associates assoc assocs / association assn / brothers bros
/ center centre ctr / company comp / department dept / development dev / distribution distr dist / division div
/ engineering eng engr / enterprises ent enterprise / equipment equip / group grp / government govt gov / hospital hosp
/ industries ind inds industry / institute inst / insurance ins / laboratories labs laboratory lab / management mgmt mgt
/ medical med / north n / south s / east e / west w / products prods product prod / professional prof / restaurant rest
/ solutions solns soln solution / university univ uni / logistics logs logistic / financial fin finance / americas amer
/ and n / saint st / mount mt / communications comms comm / software sw / hardware hw / edition ed / version ver v
/ professional pro / standard std / premium prem / package pkg / quantity qty
"""
_STREET_WORDS = """
street st str / avenue ave av / road rd / boulevard blvd / drive dr drv / lane ln / court ct crt / place pl / square sq
/ highway hwy / parkway pkwy pky / terrace ter tce / circle cir circuit cct / crescent cres cr / close cl / grove gr
/ parade pde / way wy / plaza plz / trail trl / north n / south s / east e / west w / northeast ne / northwest nw
/ southeast se / southwest sw / saint snt / mount mt / building bldg / strasse strase / platz pltz
"""
_FREE_MAIL = """
gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.fr yahoo.de ymail.com hotmail.com hotmail.co.uk
hotmail.fr outlook.com live.com msn.com aol.com icloud.com me.com mac.com gmx.com gmx.de gmx.net web.de
t-online.de mail.com mail.ru yandex.ru yandex.com qq.com 163.com 126.com protonmail.com proton.me comcast.net
verizon.net att.net sbcglobal.net bellsouth.net cox.net orange.fr wanadoo.fr free.fr laposte.net libero.it
btinternet.com zoho.com
"""
FREE_MAIL = frozenset(_FREE_MAIL.split())
"""Providers whose domains say nothing about a company."""

_SHARED_MAILBOXES = """
info sales contact office admin billing accounts ap ar hello support service team mail enquiries invoices
"""
SHARED_MAILBOXES = frozenset(_SHARED_MAILBOXES.split())
"""User parts of an e-mail address that stand for no person."""

NOISE_WORDS = frozenset(("the", "and", "of", "for", "a", "an", "de", "la", "le", "der", "die", "das", "und"))
"""Words without weight of their own; they never block."""


def _to_first(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.replace("\n", " ").split("/"):
        first, *others = line.split()
        for word in others:
            found.setdefault(word, first)
    return {word: first for word, first in found.items() if word not in {line.split()[0] for line in text.split("/")}}


NICKNAMES = _to_first(_NICKNAMES)
"""A short form to the given name that it mostly stands for."""

ABBREVIATIONS = _to_first(_ABBREVIATED_WORDS)
"""An abbreviated word of company and product names to the whole word."""

STREET_WORDS = _to_first(_STREET_WORDS)
"""An abbreviated word of a street to the whole word."""
