"""Updates as their maker would make them, good ones and bad ones: the card's own system, changed, in a signed bundle.

Knows the layout of the system and RAUC's bundle format; nothing of a running box.
"""

import pathlib
import shutil
import subprocess

COMPATIBLE = "imbox-rpi64"
KEYS = pathlib.Path(__file__).parents[1] / "keys.sh"


class Maker:
    """Makes bundles in a folder from the system of slot A of a card."""

    def __init__(self, card, folder):
        self.folder = pathlib.Path(folder)
        self._card = card
        self._system = self.folder / "system"
        start, _ = card.partitions()[1]
        self._run(["unsquashfs", "-no-progress", "-quiet", "-offset", str(start), "-dest", str(self._system), str(card.path)], 600)

    def bundle(self, version, change=None, key="lab", compatible=COMPATIBLE, boot=None):
        """A signed bundle; `change` gets the folder of the system and may replace files in it (not write into them). With `boot`, the
        readable partition comes along as it is now, with these files (name: text) in place of its own."""
        root, content = self.folder / "root", self.folder / "content"
        for folder in (root, content):
            shutil.rmtree(folder, ignore_errors=True)
        content.mkdir()
        self._run(["cp", "-al", str(self._system), str(root)], 300)
        replace(root / "usr/lib/imbox/version", version)
        if change:
            change(root)
        squash = ["mksquashfs", str(root), str(content / "root.squashfs"), "-all-root", "-comp", "zstd", "-Xcompression-level", "1"]
        self._run([*squash, "-noappend", "-no-progress", "-quiet"], 900)
        manifest = f"[update]\ncompatible={compatible}\nversion={version}\n\n[bundle]\nformat=verity\n\n[image.rootfs]\nfilename=root.squashfs\n"
        if boot is not None:
            manifest += "\n[image.boot]\nfilename=config.vfat\n"
            self._readable_partition(content / "config.vfat", boot)
        (content / "manifest.raucm").write_text(manifest)
        made = self.folder / f"{version}.raucb"
        made.unlink(missing_ok=True)
        keys = subprocess.run([str(KEYS), key], capture_output=True, text=True, timeout=120, check=True).stdout.strip()
        self._run(["rauc", "bundle", "--cert", f"{keys}/cert.pem", "--key", f"{keys}/key.pem", str(content), str(made)], 600)
        shutil.rmtree(root)
        shutil.rmtree(content)
        return made

    def _readable_partition(self, image, files):
        start, length = self._card.partitions()[0]
        with self._card.path.open("rb") as card, image.open("wb") as copy:
            card.seek(start)
            copy.write(card.read(length))
        for name, text in files.items():
            subprocess.run(["mcopy", "-o", "-i", str(image), "-", f"::{name}"], input=text.encode(), timeout=60, check=True)

    @staticmethod
    def _run(command, seconds):
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
        assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"


def replace(path, text, mode=0o644):
    """A new file in the place of an old one, which may be shared with other systems."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text(text)
    path.chmod(mode)


def daemon_crashes(root):
    """It starts, people talk, and it is gone; again and again."""
    replace(root / "etc/systemd/system/imd.service.d/crash.conf", "[Service]\nRuntimeMaxSec=15\nRestartSteps=0\n")


def daemon_is_silent(root):
    """It says that it is ready, and never answers."""
    silent = "[Service]\nType=exec\nWatchdogSec=0\nExecStart=\nExecStart=/usr/bin/sleep infinity\n"
    replace(root / "etc/systemd/system/imd.service.d/silent.conf", silent)


def kernel_panics(root):
    """The kernel starts and finds nothing to run: nothing of the new system ever does."""
    replace(root / "usr/lib/imbox/preinit", "#!/nowhere\n", 0o755)


def network_is_lost(root):
    """All runs, and no link is ever taken up."""
    replace(root / "etc/NetworkManager/conf.d/lost.conf", "[keyfile]\nunmanaged-devices=*\n")
