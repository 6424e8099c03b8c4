"""Uses the page of `usplit serve` as somebody at the microscope would, and looks whether all works.

usage: page.py USPLIT [--keep FOLDER] [--patience SECONDS]
"""

import argparse
import os
import re
import shutil
import struct
import sys
import tempfile
import time

from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from browser import Browser
from server import Failure, Server, large_value

CANVAS = ".viewer-pane canvas"
VIEWER = "[data-test=viewer]"
SETTINGS = ["network.patch=32", "network.contexts=2", "network.latentChannels=[4,4]", "training.threads=1",
            "training.stepsPerEpoch=40", "training.checkpointInterval=5"]
# Bounds that a busy machine without a graphics processor keeps, too.
MOST_PAINT_MS = 5000
MOST_FRAME_MS = 100


def choose(browser, test, number, *path):
    """Chooses a file on the server in the dialog of a field."""
    browser.click(f"[data-test={test}-choose]", number)
    dialog = "dialog[data-test=file-chooser]"
    browser.find(dialog)
    browser.wait("the files to be listed", lambda: browser.all(f"{dialog} button[data-path]"))
    # The dialog opens where the last one was.
    if not browser.all(f"{dialog} button[data-path='{path[-1]}']"):
        browser.click(f"{dialog} .crumbs button")
        for part in path[:-1]:
            browser.click(f"{dialog} button[data-path='{part}']")
    browser.click(f"{dialog} button[data-path='{path[-1]}']")
    browser.wait("the dialog to close", lambda: not browser.all(dialog))
    browser.wait(
        f"{path[-1]} to be chosen",
        lambda: os.path.basename(path[-1]) in browser.all(f"[data-test={test}-path]")[number].text,
    )


def step(browser):
    """The step of the training that is shown; 0 before the first."""
    found = re.search(r"step ([\d\s.,\u2009\u202f]+?)(?: of|,)", browser.text("#run-lines"))
    return int(re.sub(r"\D", "", found[1])) if found else 0


def state(browser):
    return browser.script("return document.getElementById('run-state')?.dataset.state ?? ''")


def started(browser, server):
    """The step of a training that has begun; a training that ended at once is an error."""
    for job in server.get("/api/jobs")["jobs"]:
        if job["kind"] == "train" and job["state"] == "failed":
            raise Failure(f"the training failed: {job['error']}")
    return step(browser)


def train(browser, server):
    """A training from the form: its curve grows, it is stopped and goes on."""
    browser.go("#/train")
    for number, name in enumerate(["nuclei", "filaments"]):
        choose(browser, "target-image", number, "files/cells", f"files/cells/{name}.tif")
        value = browser.all("[data-test=target-name]")[number].get_attribute("value")
        if value != name:
            raise Failure(f"the structure of {name}.tif was called {value!r}")
    browser.picture("form")
    browser.fill("#train-time", "0")
    browser.fill("#train-epochs", "100000")
    browser.click("#train-advanced > summary")
    browser.fill("#train-filters", "4")
    browser.fill("#train-settings", "\n".join(SETTINGS))
    browser.fill("#train-name", "tiny")
    browser.check_access("train")
    browser.check_narrow("train")
    browser.wait("the form to be complete",
                 lambda: browser.find("#train-start").get_attribute("aria-disabled") is None)
    browser.click("#train-start")
    browser.wait("the page of the run", lambda: "#/run/" in browser.driver.current_url)
    first = browser.wait("the first steps", lambda: started(browser, server))
    browser.wait("the curve of the loss", lambda: browser.all("#plot-loss"))
    before = browser.pixels("#plot-loss")
    browser.wait("the curve to grow",
                 lambda: step(browser) > first and browser.pixels("#plot-loss") != before)
    browser.wait("the first model",
                 lambda: browser.find("#run-split").get_attribute("aria-disabled") is None)
    browser.picture("training")
    browser.check_access("run")
    browser.check_narrow("run")

    browser.click("#run-stop")
    browser.wait("the training to stop", lambda: state(browser) == "stopped")
    reached = step(browser)
    browser.wait("resuming to be possible",
                 lambda: browser.find("#run-resume").get_attribute("aria-disabled") is None)
    browser.click("#run-resume")
    browser.click("#resume-start")
    browser.wait("the training to go on", lambda: state(browser) == "training" and step(browser) > reached)
    browser.click("#run-stop")
    browser.wait("the training to stop again", lambda: state(browser) == "stopped")
    browser.picture("stopped")
    print(f"page: trained to step {step(browser)}, stopped at {reached} in between")


def split(browser):
    """A split with the model of the training, opened in the viewer."""
    browser.click("#run-split")
    browser.wait("the page of splits", lambda: "#/split" in browser.driver.current_url)
    choose(browser, "split-image", 0, "files/input.tif")
    browser.check_access("split")
    browser.check_narrow("split")
    browser.wait("the form to be complete",
                 lambda: browser.find("#split-start").get_attribute("aria-disabled") is None)
    browser.click("#split-start")
    browser.wait("the split to end", lambda: browser.all("#split-open"))
    browser.picture("split")
    browser.click("#split-open")
    idle(browser)
    browser.picture("viewer")
    if browser.colors(CANVAS) < 20:
        raise Failure("the viewer shows next to nothing of the split image")
    browser.check_access("view")


def idle(browser):
    browser.wait("the viewer to show all", lambda: browser.all(f"{VIEWER}[data-state=idle]"))


def contrast(browser):
    """The handle of the contrast changes the picture."""
    before = browser.pixels(CANVAS)
    slider = browser.find("input[type=range][aria-label^='Maximum of']")
    browser.script("arguments[0].scrollIntoView({block: 'center'})", slider)
    for _ in range(3):
        slider.send_keys(Keys.PAGE_DOWN)
    browser.wait("the picture to change with the contrast", lambda: browser.pixels(CANVAS) != before)
    idle(browser)
    browser.picture("contrast")


def read(browser, server, check=None):
    """The values under the cursor are those of the open images."""
    canvas = browser.find(CANVAS)
    ActionChains(browser.driver).move_to_element_with_offset(canvas, 13, 7).perform()
    browser.wait("the values under the cursor", lambda: browser.all(".viewer-values b"))
    time.sleep(1)  # The last movement of the cursor is answered after a moment.
    place = re.match(r"(\d+), (\d+)", browser.text(".viewer-position"))
    x, y = int(place[1]), int(place[2])
    shown = [number(one.text) for one in browser.all(".viewer-values b")]
    told = []
    for image in re.findall(r"[?&]image=([^&]*)", browser.driver.current_url):
        told += server.get(f"/api/pixel?path={image}&series=0&t=0&z=0&x={x}&y={y}")["values"]
    if check and check(x, y) not in told:
        raise Failure(f"pixel {x}, {y} is told as {told}; it is {check(x, y)}")
    for value in shown:
        if not any(abs(one - value) <= 1e-3 * max(1, abs(one)) for one in told):
            raise Failure(f"pixel {x}, {y} is shown as {shown}; it is {told}")
    print(f"page: pixel {x}, {y} is read as {', '.join(map(str, shown))}")


def number(text):
    text = text.replace("\u2212", "-").replace("\u2009", "").replace("\u202f", "").replace(",", "")
    found = re.search(r"-?\d+(\.\d+)?(e-?\d+)?", text)
    return float(found[0]) if found else float("nan")


def large(browser, server):
    """An image of 20 000 x 20 000 pixels: whole, at full size, and moved."""
    browser.go("#/view?image=files%2Flarge.tif")
    browser.wait("the large image to be open", lambda: "large.tif" in browser.text(".view-images"))
    browser.wait("the levels of the large image",
                 lambda: server.get("/api/image?path=files/large.tif&series=0")["state"] == "ready")
    idle(browser)
    browser.picture("large")
    stage = browser.find(".viewer-stage")
    whole = browser.pixels(CANVAS)
    stage.click()
    stage.send_keys("1")
    browser.wait("the zoom to be 1:1", lambda: "100" in browser.text(".viewer-zoom"))
    browser.wait("the picture to change with the zoom", lambda: browser.pixels(CANVAS) != whole)
    idle(browser)
    browser.picture("large-tiles")
    if browser.colors(CANVAS) < 50:
        raise Failure("the tiles of the large image show next to nothing")
    read(browser, server, large_value)

    def drag():
        actions = ActionChains(browser.driver, duration=50)
        actions.move_to_element(stage).click_and_hold()
        for turn in range(40):
            actions.move_by_offset(9 if turn % 20 < 10 else -9, 6 if turn % 10 < 5 else -6)
        actions.release().perform()

    times = browser.frame_times(drag)
    idle(browser)
    if len(times) < 10:
        raise Failure(f"only {len(times)} frames were drawn while the image was moved")
    middle, slow = times[len(times) // 2], times[len(times) * 95 // 100]
    print(f"page: moving draws a frame every {middle:.0f} ms (95 %: {slow:.0f} ms), {1000 / middle:.0f} a second")
    if middle > MOST_FRAME_MS:
        raise Failure(f"moving draws a frame every {middle:.0f} ms only, {MOST_FRAME_MS} are allowed")


def save(browser):
    """What is seen becomes a PNG."""
    browser.click("button[aria-label='Save as PNG']")
    browser.click("dialog[open] .viewer-primary")

    def found():
        names = [name for name in os.listdir(browser.downloads) if name.endswith(".png")]
        return os.path.join(browser.downloads, names[0]) if names else None

    path = browser.wait("the PNG to be saved", found)
    with open(path, "rb") as file:
        head = file.read(24)
    width, height = struct.unpack(">II", head[16:24])
    if head[:8] != b"\x89PNG\r\n\x1a\n" or min(width, height) < 200:
        raise Failure(f"{os.path.basename(path)} is no picture of the view")
    print(f"page: saved {os.path.basename(path)}, {width} x {height} pixels")


def others(browser):
    """Pages that were not looked at so far, in both kinds of colours."""
    for scheme in ("light", "dark"):
        browser.set_scheme(scheme)
        for page, part in [("runs", "#/runs"), ("jobs", "#/jobs"), ("compare", "#/compare"), ("train", "#/train")]:
            browser.go(part)
            browser.wait(f"the page {page}", lambda: browser.all(f".page[data-page={page}] h1"))
            time.sleep(1)
            browser.picture(f"{page}-{scheme}")
            browser.check_access(f"{page}, {scheme}")
            if scheme == "light" and page != "train":
                browser.check_narrow(page)
            browser.check_console(page)


def test(browser, server):
    browser.driver.get(server.link)
    browser.wait("the list of runs", lambda: browser.all(".page[data-page=runs] h1"))
    if "token" in browser.driver.current_url:
        raise Failure("the token stays in the address of the page")
    paint = browser.paint_time()
    print(f"page: first paint after {paint:.0f} ms")
    if paint > MOST_PAINT_MS:
        raise Failure(f"the first paint took {paint:.0f} ms, {MOST_PAINT_MS} are allowed")
    parts = [
        ("train", lambda: train(browser, server)),
        ("split", lambda: split(browser)),
        ("contrast", lambda: contrast(browser)),
        ("value under the cursor", lambda: read(browser, server)),
        ("large image", lambda: large(browser, server)),
        ("saving", lambda: save(browser)),
        ("other pages", lambda: others(browser)),
    ]
    for name, part in parts:
        part()
        browser.check_console(name)
        print(f"page: ok: {name}", flush=True)
    if browser.complaints:
        raise Failure("\n  ".join(["the browser complains:", *browser.complaints]))


def main():
    parser = argparse.ArgumentParser(description="Tests the page of usplit serve in a browser.")
    parser.add_argument("usplit")
    parser.add_argument("--keep", metavar="FOLDER", help="keep screenshots and logs there")
    parser.add_argument("--patience", type=float, default=120, help="seconds to wait for anything")
    given = parser.parse_args()
    # A browser wants the whole path of the folder that it saves into.
    keep = os.path.abspath(given.keep) if given.keep else tempfile.mkdtemp(prefix="usplit-page-pictures.")
    os.makedirs(keep, exist_ok=True)
    work = tempfile.mkdtemp(prefix="usplit-page-root.")
    browser = None
    try:
        with Server(os.path.abspath(given.usplit), work, os.path.join(keep, "server.log")) as server:
            browser = Browser(keep, given.patience)
            try:
                test(browser, server)
            except Exception:
                browser.check_console("at the failure")
                for complaint in browser.complaints:
                    print(f"page: {complaint}", file=sys.stderr)
                raise
            finally:
                browser.picture("end")
                browser.close()
    except Failure as failure:
        sys.exit(f"page: {failure}\npage: screenshots are in {keep}")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"page: all of it passed; screenshots are in {keep}")


if __name__ == "__main__":
    main()
