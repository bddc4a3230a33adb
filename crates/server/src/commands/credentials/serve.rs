//! `lanyard credentials serve`: the endpoint for containers, with a token that its user alone learns.

use std::path::Path;

use lanyard_client::{AuthorizationToken, ContainerEndpoint, Provider, WrittenToken};
use zeroize::Zeroizing;

use super::{failed, provider, runtime, warn};
use crate::cli::CredentialsServeFlags;
use crate::exit::CommandError;
use crate::signals::Signals;
use crate::terminal::Terminal;

/// Serves until a signal asks to stop.
pub(super) fn run(flags: &CredentialsServeFlags) -> Result<(), CommandError> {
    let provider = provider(&flags.source)?;
    let runtime = runtime()?;
    let outcome = runtime.block_on(async {
        let signals = Signals::listen().map_err(|error| CommandError::failure(error.to_string()))?;
        tokio::select! {
            outcome = give(flags, provider) => outcome,
            () = stopped(signals) => Ok(()),
        }
    });
    runtime.shutdown_background();
    outcome
}

async fn give(flags: &CredentialsServeFlags, provider: Provider) -> Result<(), CommandError> {
    let token = AuthorizationToken::random().map_err(failed)?;
    let opening = ContainerEndpoint::open(flags.listen, token, provider);
    let (endpoint, warning) = opening.await.map_err(failed)?;
    if let Some(warning) = warning {
        warn(&warning);
    }
    // Deleted when everything is over.
    let _written = announce(&endpoint, flags.token_file.as_deref())?;
    endpoint.serve(warn).await;
    Ok(())
}

/// Prints what programs need, once they can use it.
fn announce(
    endpoint: &ContainerEndpoint,
    token_file: Option<&Path>,
) -> Result<Option<WrittenToken>, CommandError> {
    let (variable, value, written) = match token_file {
        Some(path) => {
            let path = std::path::absolute(path).map_err(|error| CommandError::usage(error.to_string()))?;
            let written = endpoint.token().write(&path).map_err(failed)?;
            let value = Zeroizing::new(path.display().to_string());
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", value, Some(written))
        }
        None => {
            let value = Zeroizing::new(endpoint.token().expose().to_owned());
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", value, None)
        }
    };
    let text = Zeroizing::new(format!(
        "export AWS_CONTAINER_CREDENTIALS_FULL_URI={}\nexport {variable}={}",
        endpoint.url(),
        quoted(&value).as_str(),
    ));
    super::super::printed(Terminal::stdout().line(&text))?;
    Ok(written)
}

/// A hangup too: who closes the terminal does not want its credentials to be given out any longer.
async fn stopped(mut signals: Signals) {
    let mut hangups = signals.hangups();
    tokio::select! {
        () = signals.asked_to_stop() => {}
        _ = hangups.changed() => {}
    }
}

/// As one word of a shell.
fn quoted(text: &str) -> Zeroizing<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%,=".contains(c);
    if text.chars().all(is_plain) {
        return Zeroizing::new(text.to_owned());
    }
    Zeroizing::new(format!("'{}'", text.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_word_of_a_shell_stays_one_word() {
        assert_eq!(super::quoted("/run/token").as_str(), "/run/token");
        assert_eq!(super::quoted("/a b'$(c)").as_str(), r"'/a b'\''$(c)'");
    }
}
