# Chooses the slot and starts its kernel. ${devtype} ${devnum} is where bootcmd found this card, or USB disk.
# U-Boot's numbers are hexadecimal, and so are these.

# ---- The tries, in RAUC's variables (its manual: "Set up U-Boot boot script for RAUC"), and nothing else
#
# They lie twice on the card, raw, at 1 MiB and 2 MiB, 64 KiB each (0x800, 0x1000 and 0x80 blocks): a cut while one is written
# leaves the other. Each is as U-Boot's own redundant environment is and as RAUC reads and writes it (overlay:
# /etc/fw_env.config): checksum, a byte that counts the writes, variables. Read and written here and not by U-Boot itself, which would
# look on one fixed mmc, and would keep with the tries what belongs to the board: its device tree, MAC address and serial
# number would become those of the next board that the card is put into.
a=0x01000000
b=0x01010000
${devtype} dev ${devnum}
${devtype} read ${a} 800 80
${devtype} read ${b} 1000 80
setexpr.b a_writes *0x01000004
setexpr.b b_writes *0x01010004
setexpr ahead ${a_writes} - ${b_writes}
setexpr ahead ${ahead} "&" ff
# The older first, so that the newer has the last word; one that was cut off has none.
setenv whole
if test "${ahead}" = 1; then
    env import -c ${b} 10000 BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT && setenv whole b
    env import -c ${a} 10000 BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT && setenv whole a
else
    env import -c ${a} 10000 BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT && setenv whole a
    env import -c ${b} 10000 BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT && setenv whole b
fi

# ---- The slot: a start that is judged good gives its slot the three tries back

test -n "${BOOT_ORDER}" || setenv BOOT_ORDER "A B"
test -n "${BOOT_A_LEFT}" || setenv BOOT_A_LEFT 3
test -n "${BOOT_B_LEFT}" || setenv BOOT_B_LEFT 3
setenv slot
for candidate in ${BOOT_ORDER}; do
    if test -n "${slot}"; then
        true
    elif test "${candidate}" = A && test 0x${BOOT_A_LEFT} -gt 0; then
        setexpr BOOT_A_LEFT ${BOOT_A_LEFT} - 1
        setenv slot A
        setenv part 2
    elif test "${candidate}" = B && test 0x${BOOT_B_LEFT} -gt 0; then
        setexpr BOOT_B_LEFT ${BOOT_B_LEFT} - 1
        setenv slot B
        setenv part 3
    fi
done
if test -z "${slot}"; then
    echo "imbox: no slot has a try left; all get new ones"
    setenv BOOT_A_LEFT 3
    setenv BOOT_B_LEFT 3
fi

# Never over the only whole copy.
if test "${whole}" = a; then
    setexpr writes ${a_writes} + 1
    env export -c -s 10000 ${b} BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT
    mw.b 0x01010004 ${writes}
    ${devtype} write ${b} 1000 80
else
    setexpr writes ${b_writes} + 1
    env export -c -s 10000 ${a} BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT
    mw.b 0x01000004 ${writes}
    ${devtype} write ${a} 800 80
fi
test -n "${slot}" || reset

# ---- The kernel: everything within the first 256 MiB, with room for 64 MiB of it

echo "imbox: slot ${slot}"
setenv kernel_at 0x02800000
setenv tree_at 0x07800000
setenv initrd_at 0x08000000
# Nobody answers a file system check; the screen is imbox-console's, so no cursor blinks on it; and the kernel feeds the watchdog,
# which U-Boot has started, until systemd takes it over: for half an hour, because preinit may have to mend a large card first.
setenv bootargs "root=PARTUUID=696d626f-0${part} rootfstype=squashfs ro rootwait init=/usr/lib/imbox/preinit rauc.slot=${slot} panic=10 watchdog.open_timeout=1800 fsck.repair=yes vt.global_cursor_default=0 quiet"
load ${devtype} ${devnum}:${part} ${kernel_at} boot/Image || reset
if load ${devtype} ${devnum}:${part} ${tree_at} boot/dtb/${fdtfile}; then
    # What the kernel says last before a panic outlives the restart in a corner of memory that firmware and U-Boot leave alone
    # (overlay: imbox-last-words.service).
    setenv corner /reserved-memory/ramoops@b000000
    setenv place "0x0b000000 0x20000"
    fdt addr ${tree_at}
    fdt resize 1000
    fdt get value cells /reserved-memory "#address-cells"
    if test ${cells} -eq 2; then setenv place "0x0 ${place}"; fi
    fdt mknode /reserved-memory ramoops@b000000
    fdt set ${corner} compatible ramoops
    fdt set ${corner} reg <${place}>
    fdt set ${corner} record-size <0x8000>
else
    setenv tree_at ${fdtcontroladdr}
fi
setenv initrd -
if load ${devtype} ${devnum}:${part} ${initrd_at} boot/initrd; then
    setenv initrd ${initrd_at}:${filesize}
fi
booti ${kernel_at} ${initrd} ${tree_at}
reset
