"""What pyspf (Debian's python3-spf) says of messages: JSON lines in, a result a line out.

usage: /usr/bin/python3 pyspf.py PORT   where a DNS server listens on 127.0.0.1
"""

import json
import sys

import DNS
import spf

# Not dnspython, which pyspf would prefer where it is installed: py3dns takes a port.
DNS.defaults["server"] = ["127.0.0.1"]
DNS.defaults["port"] = int(sys.argv[1])
spf.DNSLookup = spf.DNSLookup_pydns

for line in sys.stdin:
    message = json.loads(line)
    result, because = spf.check2(message["ip"], message["sender"], message["helo"], timeout=5, querytime=5)
    print(json.dumps([result, because]), flush=True)
