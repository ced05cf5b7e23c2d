"""Where a running box's memory and its start's time go, as files that are kept with every run and a few figures of them."""

import re

#: For every process: PSS in KiB and what it is. A process that ends meanwhile is left out.
PROCESSES = (
    "for p in /proc/[0-9]*; do "
    'pss=$(awk \'$1 == "Pss:" { print $2 }\' "$p/smaps_rollup" 2>/dev/null) && [ -n "$pss" ] && '
    'echo "$pss $(tr \'\\0\' \' \' <"$p/cmdline" 2>/dev/null | cut -c 1-100)"; done | sort -rn || true'
)


def memory(run, told, folder, when):
    """Figures of the memory in use, and all of it in `memory-WHEN.txt`. Tests' own shells are among the processes."""
    # What was read from the card can be read again: not in use, but the kernel counts some of it.
    meminfo = run("cat /proc/meminfo")
    processes = run(PROCESSES, timeout=120)
    units = run("systemctl list-units --type=service --state=running --plain --no-legend")
    slab = run("sort -k 3 -n -r /proc/slabinfo 2>/dev/null | awk '{ print $3 * $4 / 1024, $1 }' | sort -rn | head -n 30 || true")
    (folder / f"memory-{when}.txt").write_text(f"{meminfo}\n\n== PSS, KiB\n{processes}\n\n== services\n{units}\n\n== slab, KiB\n{slab}\n")
    kib = {name: int(value) for name, value in re.findall(r"^([\w()]+):\s+(\d+) kB$", meminfo, re.MULTILINE)}
    of_processes = sum(int(line.split()[0]) for line in processes.splitlines())
    mib = lambda value: round(value / 1024, 1)  # noqa: E731
    told[f"{when}: memory in use, MiB"] = mib(kib["MemTotal"] - kib["MemAvailable"])
    # The kernel takes what it keeps in reserve (vm.min_free_kbytes) off what is to be had.
    told[f"{when}: without the kernel's reserve, MiB"] = mib(
        kib["MemTotal"] - kib["MemFree"] - kib["Active(file)"] - kib["Inactive(file)"] - kib["SReclaimable"]
    )
    told[f"{when}: of it processes, MiB"] = mib(of_processes)
    told[f"{when}: slab that stays, MiB"] = mib(kib["SUnreclaim"])
    told[f"{when}: kernel stacks, page tables, per processor, MiB"] = mib(kib["KernelStack"] + kib["PageTables"] + kib["Percpu"])
    told[f"{when}: memory that the kernel gives out, MiB"] = mib(kib["MemTotal"])
    return mib(kib["MemTotal"] - kib["MemAvailable"])


def start(run, told, folder, when):
    """How the start went: `boot-WHEN.svg` and `boot-WHEN.txt`, and when the daemon was ready."""
    began, ready = (
        int(run(f"systemctl show -P {name} imd.service")) / 1e6 for name in ("ExecMainStartTimestampMonotonic", "ActiveEnterTimestampMonotonic")
    )
    told[f"{when}: seconds from kernel start to imd being ready"] = round(ready, 1)
    told[f"{when}: seconds from imd's start to its being ready"] = round(ready - began, 1)
    told[f"{when}: start"] = run("systemd-analyze time | head -1", timeout=300)
    (folder / f"boot-{when}.svg").write_text(run("systemd-analyze plot", timeout=300))
    chain = run("systemd-analyze critical-chain imd.service; systemd-analyze critical-chain", timeout=300)
    (folder / f"boot-{when}.txt").write_text(chain + "\n")
