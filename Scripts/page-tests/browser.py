"""A Chromium without a window, and what the tests ask of it."""

import importlib.util
import json
import os
import pathlib
import shutil
import time

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By

from server import Failure

# Rules of WCAG 2.1, levels A and AA.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


class Browser:
    """The browser; waits are long, since machines are busy."""

    def __init__(self, folder, patience):
        self.folder = folder
        self.patience = patience
        self.downloads = os.path.join(folder, "downloads")
        os.makedirs(self.downloads, exist_ok=True)
        options = webdriver.ChromeOptions()
        for word in ("headless=new", "window-size=1280,900", "force-device-scale-factor=1", "disable-gpu"):
            options.add_argument("--" + word)
        if os.geteuid() == 0:
            # The sandbox refuses to work for the superuser, as in containers.
            options.add_argument("--no-sandbox")
            options.add_argument("--disable-dev-shm-usage")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        options.add_experimental_option("prefs", {"download.default_directory": self.downloads})
        options.binary_location = shutil.which("chromium")
        service = webdriver.ChromeService(executable_path=shutil.which("chromedriver"))
        self.driver = webdriver.Chrome(options=options, service=service)
        self.driver.set_script_timeout(patience)
        self.shots = 0
        self.complaints = []

    def close(self):
        self.driver.quit()

    # Finding and waiting

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def wait(self, what, condition, patience=None):
        """Waits until a condition holds, and returns what it gave."""
        end = time.monotonic() + (patience or self.patience)
        while True:
            try:
                found = condition()
            except StaleElementReferenceException:
                found = None
            if found:
                return found
            if time.monotonic() > end:
                self.picture("failure")
                raise Failure(f"{what} did not happen within {patience or self.patience:.0f} s")
            time.sleep(0.1)

    def find(self, selector, number=0):
        """An element that is seen, waited for."""

        def seen():
            elements = [one for one in self.all(selector) if one.is_displayed()]
            return elements[number] if len(elements) > number else None

        return self.wait(f"{selector} ({number}) to be seen", seen)

    def click(self, selector, number=0):
        element = self.find(selector, number)
        self.script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    def fill(self, selector, text):
        element = self.find(selector)
        element.clear()
        element.send_keys(text)

    def text(self, selector):
        elements = self.all(selector)
        return elements[0].text if elements else ""

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def script_later(self, text, *arguments):
        """Runs a script that calls its last argument when it is done."""
        return self.driver.execute_async_script(text, *arguments)

    def go(self, part):
        """Opens one of the pages."""
        self.script("location.hash = arguments[0]", part)

    # Looking

    def picture(self, name):
        self.shots += 1
        self.driver.save_screenshot(os.path.join(self.folder, f"{self.shots:02}-{name}.png"))

    def pixels(self, selector):
        """What a canvas shows, as a text that differs where it does."""
        return self.script(
            "return document.querySelector(arguments[0])?.toDataURL('image/png') ?? null", selector
        )

    def colors(self, selector):
        """How many different colours a canvas shows, of those of every seventh pixel."""
        return self.script(
            """const canvas = document.querySelector(arguments[0]);
            const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            const seen = new Set();
            for (let i = 0; i < data.length; i += 28) seen.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
            return seen.size;""",
            selector,
        )

    def paint_time(self):
        """Milliseconds from the start of loading to the first contents on the screen."""
        return self.wait(
            "the first paint",
            lambda: self.script(
                "return performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
            ),
        )

    def frame_times(self, act):
        """Milliseconds between the frames that are drawn while something is done."""
        self.script(
            """window.testFrames = [];
            const note = (now) => { window.testFrames.push(now); window.testRequest = requestAnimationFrame(note); };
            window.testRequest = requestAnimationFrame(note);"""
        )
        act()
        times = self.script("cancelAnimationFrame(window.testRequest); return window.testFrames")
        return sorted(b - a for a, b in zip(times, times[1:]))

    # What must not be

    def check_console(self, where):
        """Notes errors that the browser's console has shown since the last time."""
        for entry in self.driver.get_log("browser"):
            # Tiles of levels that are being made are refused for a while, which the browser tells.
            is_waiting = "status of 503" in entry["message"] and "/api/tile" in entry["message"]
            if entry["level"] == "SEVERE" and not is_waiting:
                self.complaints.append(f"{where}: {entry['message']}")

    def check_access(self, where):
        """Looks for what keeps people from using a page, with axe-core."""
        axe = pathlib.Path(importlib.util.find_spec("axe_core_python").origin).with_name("axe.min.js")
        if not self.script("return Boolean(window.axe)"):
            self.script(axe.read_text(encoding="utf-8"))
        found = self.script_later(
            """const done = arguments[arguments.length - 1];
            axe.run(document, {runOnly: arguments[0], resultTypes: ['violations']})
              .then((result) => done(result.violations), (error) => done([{id: String(error), nodes: []}]));""",
            RULES,
        )
        with open(os.path.join(self.folder, "access.jsonl"), "a", encoding="utf-8") as file:
            file.write(json.dumps({"where": where, "violations": found}) + "\n")
        for rule in found:
            nodes = "; ".join(node["html"][:120] for node in rule["nodes"][:3])
            self.complaints.append(f"{where}: {rule['id']} ({rule.get('impact')}): {nodes}")

    def check_narrow(self, where):
        """Looks whether a page fits on a phone, 360 pixels wide."""
        size = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        time.sleep(0.3)
        self.picture(f"{where}-narrow")
        width = self.script("return document.documentElement.scrollWidth")
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        if width > 361:
            self.complaints.append(f"{where}: {width} pixels wide on a screen of 360")

    def set_scheme(self, scheme):
        """Makes the system's colours light or dark."""
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
        )
