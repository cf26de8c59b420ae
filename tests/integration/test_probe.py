import pathlib
def test_probe(real_server):
    out=[]
    for line in pathlib.Path("/tmp/probe/q.txt").read_text().splitlines():
        v=real_server.visitor()
        for text in line.split(" | "):
            s=v.say(text)
            out.append(f"### {text}\n{s.kinds} {s.answer}\n{s.text}\n")
    pathlib.Path("/tmp/probe/a.txt").write_text("\n".join(out))
