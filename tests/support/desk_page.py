"""The agent desk in a browser, as an agent finds their way in it: by roles, labels and words."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

OpenDesk = Callable[..., Awaitable["DeskPage"]]
"""Opens the desk of a workspace's agent; takes `available` and options of Playwright's `new_context`."""


@dataclass
class DeskPage:
    """A window with the agent desk."""

    page: Page
    url: str

    async def sign_in(self, token: str) -> None:
        """Signs in with an agent's token, and waits for the router's hello."""
        await self.page.goto(f"{self.url}/desk")
        await self.page.get_by_label("Agent token").fill(token)
        await self.page.get_by_role("button", name="Sign in", exact=True).click()
        await self.connected()

    async def connected(self) -> None:
        await expect(self.page.locator("#connection")).to_have_text("Connected")

    async def become_available(self) -> None:
        button = self.page.locator("#presence").get_by_role("button", name="Available")
        await button.click()
        await expect(button).to_have_attribute("aria-pressed", "true")

    def shown(self) -> Locator:
        """Returns the contact in the middle."""
        return self.page.get_by_role("main", name="Contact")

    async def accept(self) -> None:
        """Accepts the offer that is shown, once there is one."""
        await self.shown().get_by_role("button", name="Accept").click()
        await expect(self.shown().get_by_role("button", name="Complete")).to_be_visible()

    async def complete(self, disposition: str = "solved") -> None:
        """Completes the contact that is shown."""
        await self.shown().get_by_label("Disposition").select_option(disposition)
        await self.shown().get_by_role("button", name="Complete").click()

    async def reply(self, text: str) -> None:
        """Sends the customer a message in the conversation that is shown."""
        await self.shown().locator("#compose").fill(text)
        await self.shown().locator("[data-send]").click()
        await expect(self.said(text)).to_be_visible()

    def said(self, text: str) -> Locator:
        """Returns the message with this text."""
        return self.shown().locator(".messages .message").filter(has_text=text)

    async def texts(self) -> list[str]:
        """Returns the texts of the conversation that is shown, in order."""
        return await self.shown().locator(".messages .message .said").all_inner_texts()
