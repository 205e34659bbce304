"""Query strings that somebody has been at, for every door that one can come through."""

from urllib.parse import quote

HTML = "<img src=x onerror=alert(1)>"
SQL = "'; DROP TABLE digits; --"
LONG = "9" * 20_000

# As they stand in an address, one line each: what a parser of addresses, of lists or of numbers may stumble over.
RAW = {
    "huge numbers": "seed=1e309&size=" + "9" * 400 + "&image=-1e400&batch_seed=18446744073709551616",
    "not a number": "seed=NaN&size=nan&weights=normal:nan&biases=constant:-inf&image=Infinity",
    "other digits": "seed=" + quote("٣") + "&hidden=" + quote("１２８-٦٤") + "&size=" + quote("½"),
    "unicode": f"activation={quote('рэлу🙂')}&layer={quote('fc１')}&lang={quote('ру')}&hidden=%E2%80%AE",
    "html": f"activation={quote(HTML)}&layer={quote(HTML)}&lang={quote(HTML)}&source={quote('<script>alert(1)</script>')}",
    "html in a stray": f"{quote(HTML)}={quote(HTML)}&onload=alert(1)",
    "markdown": "weights=" + quote("![x](https://example.org/a.png)") + "&split=" + quote("[x](javascript:alert(1))"),
    "formula": "activation=" + quote(r"$$\href{javascript:alert(1)}{x}$$") + "&biases=" + quote(":material/home: `x`"),
    "sql": f"source={quote(SQL)}&digits={quote(SQL)}&seed={quote('1 OR 1=1')}",
    "paths": "source=../../etc/passwd&split=file:///etc/passwd&layer=..%2F..%2F&lang=../ru",
    "templates": "hidden={0}&activation={given}&weights=%25s%25n&biases=${jndi:ldap://x}&seed={{7*7}}",
    "repeated keys": "hidden=1&hidden=2&hidden=3&seed=1&seed=2&lang=ru&lang=en&layer=fc1&layer=fc9",
    "nothing": "=&&&=x&?&hidden=&activation=&weights=&size=&lang=&layer=&seed=&digits=&image=",
    "bad escapes": "hidden=%&activation=%zz&weights=%ff%fe%00&%00=%00&seed=%u0031",
    "control letters": "hidden=1%0A2%0D&activation=relu%00&layer=fc1%0D%0ASet-Cookie:x&seed=%1b[31m",
    "long values": f"hidden={'8-' * 1_000}&activation={LONG}&weights={'normal:1e-' * 500}&layer={LONG}",
    "many strays": "&".join(f"x{i}={i}" for i in range(300)),
    "names of ours": "layers=99&units=-1&preset=dead&language=ru&shell=1&visited=0&view=x&only_this_layer=1&layer_strip=x"
    "&table_layers=true&dice_seed=1&activation_choice=tanh&weight_init_number=1e9&remembered_layers=1&try_0=1",
    "names of Streamlit's": "embed=true&embed_options=light_theme&page=x&page_script_hash=x&fragment_id=x&run_id=1&_=1",
    "over the cap": "hidden=" + "-".join(["1024"] * 30) + "&size=256&weights=orthogonal",
}

# What is said of a field must never show how the house is built.
INSIDES = ("Traceback", "site-packages", "netlib/", "pages/", ".py:", 'File "', "/usr/", "streamlit.errors")
